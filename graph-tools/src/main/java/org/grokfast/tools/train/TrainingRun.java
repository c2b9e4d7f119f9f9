package org.grokfast.tools.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.grokfast.models.TrainingException;
import org.grokfast.models.task.Metric;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.Trainer;
import org.grokfast.models.training.TrainingResult;
import org.grokfast.models.training.files.Checkpoints;
import org.grokfast.models.training.files.OutputFolder;
import org.grokfast.models.training.files.SavedRun;
import org.grokfast.tools.console.EndHook;
import org.grokfast.tools.console.Errors;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.NativeLibrary;
import org.grokfast.tools.console.ProgressDisplay;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Runs a trainer for a command: a new run or a resumed one, with progress and a summary. */
final class TrainingRun implements Callable<Integer> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** The property that holds the number of the process that started this run among others. */
  private static final String PARENT = "grokfast.parent";

  /** Options that say nothing of the run that another one resumes. */
  private static final List<String> NOT_KEPT = List.of("--resume", "--json");

  /** How long the step that is under way, and the checkpoint after it, may take on Ctrl-C. */
  private static final int LAST_STEP_SECONDS = 60;

  private final CommandSpec spec;
  private final TaskSpec task;
  private final TrainingArguments arguments;
  private final Function<TrainingOptions, Task> maker;

  TrainingRun(
      CommandSpec spec,
      TaskSpec task,
      TrainingArguments arguments,
      Function<TrainingOptions, Task> maker) {
    this.spec = spec;
    this.task = task;
    this.arguments = arguments;
    this.maker = maker;
  }

  @Override
  public Integer call() {
    NativeLibrary.require();
    requireOneFolder();
    Map<String, String> given = given();
    if (arguments.resume() != null && addSaved(given)) {
      // What is read back is text: a word '@file' is no file of words.
      return spec.commandLine()
          .setExpandAtFiles(false)
          .execute(given.values().toArray(new String[0]));
    }
    Trainer trainer = trainer(given);
    run(trainer);
    return ExitCode.DONE;
  }

  /** A run goes on where it is: files of it in two folders would be those of two halves. */
  private void requireOneFolder() {
    if (arguments.resume() != null
        && arguments.out() != null
        && !arguments
            .out()
            .toAbsolutePath()
            .normalize()
            .equals(arguments.resume().toAbsolutePath().normalize())) {
      throw new ParameterException(
          spec.commandLine(),
          "--resume goes on in the folder of its run, '"
              + arguments.resume()
              + "', not in --out '"
              + arguments.out()
              + "'; leave --out out, or resume a copy of the folder");
    }
  }

  private void noteShortRun(TrainingOptions options) {
    if (task.metric() == Metric.ACCURACY && System.getProperty(PARENT) == null) {
      options
          .tooShortToSustain()
          .ifPresent(text -> spec.commandLine().getErr().println("grokfast: note: " + text));
    }
  }

  /** The options of this command line as {@code --name=value}, in the order of {@link SavedRun}. */
  private Map<String, String> given() {
    Map<String, String> given = new TreeMap<>(SavedRun.ARGUMENT_ORDER);
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      List<String> values = option.originalStringValues();
      for (int i = 0; i < values.size(); i++) {
        String value = values.get(i).isEmpty() ? "" : "=" + values.get(i);
        given.put(option.longestName() + " " + i, option.longestName() + value);
      }
    }
    return given;
  }

  /**
   * Adds the options with which the run was started, where this command line does not set them.
   *
   * @return whether there were any
   */
  private boolean addSaved(Map<String, String> given) {
    Checkpoints.requireAny(arguments.resume());
    // Said before anything is read that another run may be replacing.
    OutputFolder.lock(arguments.resume()).close();
    SavedRun saved = SavedRun.read(arguments.resume());
    String here = task.name();
    if (!saved.task().equals(here)) {
      throw new ParameterException(
          spec.commandLine(),
          "'" + arguments.resume() + "' holds a run of task " + saved.task() + ", not of " + here);
    }
    List<String> names = given.keySet().stream().map(SavedRun::option).toList();
    boolean added = false;
    for (Map.Entry<String, String> entry : saved.arguments().entrySet()) {
      String option = SavedRun.option(entry.getKey());
      requireOption(option, entry.getValue());
      if (!names.contains(option) && !option.equals("--out")) {
        given.put(entry.getKey(), entry.getValue());
        added = true;
      }
    }
    if (!added) {
      PrintWriter err = spec.commandLine().getErr();
      saved.note().ifPresent(note -> err.println("grokfast: note: " + note));
      err.flush();
    }
    return added;
  }

  /** A word that is read back has to be the option under whose name it was kept. */
  private void requireOption(String option, String word) {
    boolean known = spec.findOption(option) != null && !NOT_KEPT.contains(option);
    if (!known || word == null || !(word.equals(option) || word.startsWith(option + "="))) {
      throw new TrainingException(
          "the arguments kept in '"
              + arguments.resume()
              + "' are not those of train "
              + task.name()
              + ": '"
              + option
              + "' is kept with '"
              + word
              + "'. Start again in a new output folder");
    }
  }

  private Trainer trainer(Map<String, String> given) {
    try {
      Map<String, String> kept = new LinkedHashMap<>(given);
      kept.keySet().removeIf(key -> NOT_KEPT.contains(SavedRun.option(key)));
      requireAccuracy(given);
      TrainingOptions options = arguments.options(task.reference(), kept);
      Task made = maker.apply(options);
      if (arguments.resume() != null) {
        return Trainer.resume(made, options, arguments.resume());
      }
      Trainer trainer = Trainer.start(made, options, out(made));
      noteShortRun(options);
      return trainer;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** A task that is judged by its loss never crosses an accuracy. */
  private void requireAccuracy(Map<String, String> given) {
    given.keySet().stream()
        .map(SavedRun::option)
        .filter(List.of("--until", "--sustain")::contains)
        .findFirst()
        .filter(option -> task.metric() == Metric.LOSS)
        .ifPresent(
            option -> {
              throw new ParameterException(
                  spec.commandLine(),
                  option + " is about an accuracy, which train " + task.name() + " has none of");
            });
  }

  private Path out(Task made) {
    if (arguments.out() != null) {
      return arguments.out();
    }
    String name = LocalDateTime.now(ZoneId.systemDefault()).format(TIME) + "-" + made.name();
    return Path.of(TrainingArguments.RUNS, name);
  }

  /** On Ctrl-C the process waits until the run has ended by itself, with its checkpoint written. */
  private void run(Trainer trainer) {
    CompletableFuture<Void> watch = stopWithoutParent(trainer);
    try (EndHook hook = new EndHook(trainer::stop, LAST_STEP_SECONDS, this::sayUnfinished)) {
      try {
        print(runWithDisplay(trainer));
      } catch (RuntimeException e) {
        if (hook.isAsked()) {
          // The process ends with the hook: what is not said now is not said at all.
          Errors.execution(e, spec.commandLine(), true);
        }
        throw e;
      }
    } finally {
      watch.cancel(false);
    }
  }

  private void sayUnfinished() {
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "grokfast: the step that was under way had not ended after "
            + LAST_STEP_SECONDS
            + " s; ended without a checkpoint of it. --resume continues from the newest one");
    err.flush();
  }

  /** One of many runs ends, as on Ctrl-C, when the process that wanted it is gone. */
  private static CompletableFuture<Void> stopWithoutParent(Trainer trainer) {
    Long parent = Long.getLong(PARENT);
    return parent == null
        ? CompletableFuture.completedFuture(null)
        : ProcessHandle.of(parent)
            .map(ProcessHandle::onExit)
            .orElse(CompletableFuture.completedFuture(null))
            .thenRun(trainer::stop);
  }

  private TrainingResult runWithDisplay(Trainer trainer) {
    try (ProgressDisplay display = ProgressDisplay.create(spec.commandLine().getErr())) {
      return trainer.run(display);
    }
  }

  private void print(TrainingResult result) {
    CommandLine commandLine = spec.commandLine();
    PrintWriter out = commandLine.getOut();
    if (arguments.json()) {
      try {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("version", 1);
        map.putAll(result.toMap());
        out.println(JSON.writeValueAsString(map));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a summary of plain values could not be written", e);
      }
    } else {
      out.print(new TrainingSummary(result).text());
    }
    out.flush();
  }
}
