package org.grokfast.tools.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.models.TrainingException;
import org.grokfast.models.comparison.Arm;
import org.grokfast.models.comparison.ArmOptions;
import org.grokfast.models.registry.TaskRegistry;
import org.grokfast.models.task.Metric;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.tools.console.VersionProvider;
import org.grokfast.tools.options.YamlFile;
import org.grokfast.tools.runs.EngineProvider;
import org.grokfast.tools.runs.Processes;
import org.grokfast.tools.runs.RunEngine;
import org.grokfast.tools.train.TrainingArguments;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What verbs that make many runs of a task have in common. */
final class RunArguments {
  private static final int MOST_SEEDS = 1_000;

  private static final String SPARK = "spark";

  /** Each is a thread that waits; a cluster with more places is told by --jobs. */
  private static final int SPARK_JOBS = 256;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Parameters(paramLabel = "TASK", description = "One of the tasks of 'grokfast train'.")
  private String task;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "Runs at the same time, each a process of its own; default: one per processor. With"
              + " --spark: runs that Spark has at a time, running or waiting; default 256.")
  private Integer jobs;

  @Option(
      names = "--spark",
      paramLabel = "MASTER",
      description =
          "Make the runs on Apache Spark, each one of its tasks: its master, such as local[4] or"
              + " spark://host:7077; needs the jar grokfast-spark, see docs/spark.md; default: as"
              + " processes on this machine.")
  private String spark;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads of a run; default ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "An option of 'train TASK' without its dashes that every run has, whatever else is said;"
              + " KEY alone for a flag; may be repeated; default: none.")
  private List<String> fixed = List.of();

  @Option(
      names = "--self-check",
      description =
          "Make every run one of seconds that needs no data: a check that all works, not a result;"
              + " default: no.")
  private boolean selfCheck;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Output folder for runs and reports; default: runs/<verb>-<task>. What is"
              + " finished there isn't run again, and what was interrupted is continued.")
  private Path out;

  @Option(
      names = "--json",
      description =
          "Print the result as JSON, with its version in the field 'version'; default: text.")
  private boolean json;

  TaskSpec kind() {
    try {
      return TaskRegistry.of(task);
    } catch (TrainingException e) {
      throw wrong(e.getMessage());
    }
  }

  /**
   * What the runs are made on.
   *
   * @throws TrainingException if it can't be had
   */
  RunEngine engine() {
    Class<?> program = spec.root().userObject().getClass();
    if (spark == null) {
      return new Processes(program);
    }
    try {
      return EngineProvider.of(SPARK, "org.grokfast:grokfast-spark:" + VersionProvider.version())
          .open(spark, program);
    } catch (IllegalArgumentException e) {
      throw wrong("--spark: " + e.getMessage());
    }
  }

  int jobs() {
    int ours = spark == null ? Runtime.getRuntime().availableProcessors() : SPARK_JOBS;
    int count = jobs == null ? ours : jobs;
    if (count < 1) {
      throw wrong("--jobs must be >= 1, was " + count);
    }
    return count;
  }

  /** Says of runs that prove nothing that they don't. */
  void announce() {
    if (selfCheck) {
      spec.commandLine().getErr().println("self-check: runs of seconds, no result");
    }
  }

  /** Says before the first run of a task with an accuracy that some can't show what is wanted. */
  void noteShortRuns(TaskSpec kind, List<Arm> arms) {
    if (selfCheck || kind.metric() != Metric.ACCURACY) {
      return;
    }
    Map<String, List<String>> notes = new LinkedHashMap<>();
    for (Arm arm : arms) {
      arm.settings()
          .tooShortToSustain()
          .ifPresent(text -> notes.computeIfAbsent(text, any -> new ArrayList<>()).add(arm.name()));
    }
    notes.forEach(
        (text, names) ->
            spec.commandLine()
                .getErr()
                .println("grokfast: note: " + text + " (" + String.join(", ", names) + ")"));
  }

  boolean json() {
    return json;
  }

  Path out() {
    return out == null ? Path.of(TrainingArguments.RUNS, spec.name() + "-" + task) : out;
  }

  /** The options that every run has: threads, those of a self-check, those that were set. */
  ArmOptions fixed() {
    ArmOptions options = ArmOptions.NONE.with("threads", List.of(Integer.toString(threads)));
    if (selfCheck) {
      options = options.with(SelfCheckOptions.of(kind()));
    }
    TrainOptions known = new TrainOptions(kind());
    for (String word : fixed) {
      String key = key(word);
      OptionSpec option =
          known
              .find(key)
              .orElseThrow(
                  () -> wrong("--set " + word + ": " + YamlFile.unknown(key, known.keys())));
      boolean flag = option.arity().max() == 0;
      if (flag != (key.length() == word.length())) {
        throw wrong(
            "--set " + word + ": '" + key + (flag ? "' takes no value" : "' needs a value"));
      }
      options = options.with(key, List.of(flag ? "" : word.substring(key.length() + 1)));
    }
    return options;
  }

  /** What stands before the equals sign. */
  static String key(String word) {
    int equals = word.indexOf('=');
    return equals < 0 ? word : word.substring(0, equals);
  }

  /** Seeds from {@code 0-4} or {@code 0,3,7-9}. */
  List<Long> seeds(String text) {
    List<Long> seeds = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String[] ends = part.strip().split("-", -1);
      try {
        long first = Long.parseLong(ends[0]);
        long last = Long.parseLong(ends[ends.length - 1]);
        if (ends.length > 2 || last < first || last - first >= MOST_SEEDS) {
          throw new NumberFormatException();
        }
        for (long seed = first; seed <= last; seed++) {
          if (seeds.contains(seed)) {
            throw wrong("--seeds '" + text + "' has " + seed + " twice");
          }
          seeds.add(seed);
        }
      } catch (NumberFormatException e) {
        throw wrong(
            "--seeds must be numbers and ranges of at most "
                + MOST_SEEDS
                + ", such as 0-4 or 0,3,7-9; was '"
                + text
                + "'");
      }
    }
    return seeds;
  }

  ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
