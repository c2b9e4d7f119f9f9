package org.grokfast.tools.analyze;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.grokfast.models.TrainingException;
import org.grokfast.models.analysis.AnalysisOptions;
import org.grokfast.models.analysis.AnalysisReport;
import org.grokfast.models.analysis.RunAnalysis;
import org.grokfast.models.analysis.files.AnalysisFiles;
import org.grokfast.models.registry.TaskRegistry;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.files.SavedRun;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.NativeLibrary;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.console.VersionProvider;
import org.grokfast.tools.train.TaskCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code analyze}. */
@Command(
    name = "analyze",
    description =
        "Measures a run at its checkpoints: norms, matrix entropy and information with and without"
            + " noise, commutativity, commutator defect, sharpness against the thresholds of"
            + " stability, heavy tails, slingshots and the landscape around the trajectory; in"
            + " total and per layer. The run is not changed, and may go on meanwhile. An analysis"
            + " that was stopped goes on where it was.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Examples:",
      "  grokfast train algorithmic --checkpoint-every 100 --keep-checkpoints 0 \\",
      "      --out runs/a",
      "  grokfast analyze runs/a",
      "  grokfast analyze runs/a --examples 2048 --products 60 --layer-products 0"
    })
public final class AnalyzeVerb implements Callable<Integer> {
  private static final String FOLDER = "analysis";

  @Spec private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "The folder for the files; default: the folder 'analysis' in RUN.")
  private Path output;

  @Option(
      names = "--until-step",
      paramLabel = "N",
      description = "Leave checkpoints after this step out; default: none.")
  private int untilStep = Integer.MAX_VALUE;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description =
          "Training examples over which losses, gradients and eigenvalues are taken; default 512.")
  private int examples = AnalysisOptions.DEFAULTS.examples();

  @Option(
      names = "--information-examples",
      paramLabel = "N",
      description = "Examples of a Gram matrix; default 256.")
  private int informationExamples = AnalysisOptions.DEFAULTS.informationExamples();

  @Option(
      names = "--noise",
      paramLabel = "S",
      description =
          "Standard deviation of the noise on the inputs, one-hot tokens or numbers; default 0.4.")
  private double noise = AnalysisOptions.DEFAULTS.noise();

  @Option(
      names = "--layers",
      paramLabel = "IN,OUT",
      split = ",",
      description =
          "The two tensors whose information is measured, as NODE or NODE:OUTPUT of the task's"
              + " graph; default: the inputs as numbers and the model's output.")
  private List<String> layers = List.of();

  @Option(
      names = "--products",
      paramLabel = "N",
      description = "The most Hessian-vector products for an eigenvalue; default 30.")
  private int products = AnalysisOptions.DEFAULTS.products();

  @Option(
      names = "--layer-products",
      paramLabel = "N",
      description =
          "The same for each layer, over a quarter of the examples; 0 leaves them out; default 6.")
  private int layerProducts = AnalysisOptions.DEFAULTS.layerProducts();

  @Option(
      names = "--probes",
      paramLabel = "N",
      description =
          "Random vectors for the spectral density at the last checkpoint; 0 leaves it out; default"
              + " 2.")
  private int probes = AnalysisOptions.DEFAULTS.probes();

  @Option(
      names = "--grid",
      paramLabel = "N",
      description = "Points on a side of the landscape; 0 leaves it out; default 13.")
  private int grid = AnalysisOptions.DEFAULTS.grid();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the noise, the directions and the starts; default 0.")
  private long seed = AnalysisOptions.DEFAULTS.seed();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads within an operation; default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--json",
      description = "Print JSON, with its version in the field 'version'; default: text.")
  private boolean json;

  @Parameters(paramLabel = "RUN", description = "The output folder of a run of 'train'.")
  private Path run;

  @Override
  public Integer call() {
    AnalysisOptions options = options();
    if (!Files.isDirectory(run)) {
      throw new TrainingException(
          "there is no folder '" + run + "'; give the output folder of a run of 'train'");
    }
    SavedRun saved = SavedRun.read(run);
    NativeLibrary.require();
    TaskSpec kind = TaskRegistry.of(saved.task());
    List<String> words = List.copyOf(saved.arguments().values());
    Task task = task(kind, saved, words);
    TrainingOptions training = training(kind, saved, words);
    Path folder = output == null ? run.resolve(FOLDER) : output;
    AnalysisReport report;
    try (AnalyzeDisplay display = AnalyzeDisplay.create(spec.commandLine().getErr())) {
      report =
          new RunAnalysis(task, training, options)
              .of(run, folder.resolve("checkpoints"), untilStep, display);
    }
    Map<String, Path> files = AnalysisFiles.write(report, folder);
    print(report, files);
    return ExitCode.DONE;
  }

  private AnalysisOptions options() {
    if (!layers.isEmpty() && layers.size() != 2) {
      throw new ParameterException(
          spec.commandLine(), "--layers expects two tensors as IN,OUT, was given " + layers.size());
    }
    try {
      return new AnalysisOptions(
          examples,
          informationExamples,
          noise,
          products,
          layerProducts,
          probes,
          grid,
          layers.stream().findFirst(),
          layers.stream().skip(1).findFirst(),
          seed,
          threads);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Task task(TaskSpec kind, SavedRun saved, List<String> words) {
    Task task = again(saved, () -> TaskCommand.task(kind, words, spec.commandLine().getErr()));
    if (!task.settings().equals(saved.settings())) {
      throw otherVersion(saved, "makes another task from its options today", null);
    }
    return task;
  }

  private TrainingOptions training(TaskSpec kind, SavedRun saved, List<String> words) {
    TrainingOptions options = again(saved, () -> TaskCommand.options(kind, words));
    Map<String, String> now = new LinkedHashMap<>(options.trajectory());
    Map<String, String> then = new LinkedHashMap<>(saved.trajectory());
    // A thread more or less changes no figure here.
    now.remove("threads");
    then.remove("threads");
    if (!now.equals(then)) {
      throw otherVersion(saved, "was made with other defaults than today's", null);
    }
    return options;
  }

  private <T> T again(SavedRun saved, Supplier<T> maker) {
    try {
      return maker.get();
    } catch (ParameterException e) {
      throw otherVersion(saved, "has options that are not known: " + e.getMessage(), e);
    }
  }

  private TrainingException otherVersion(SavedRun saved, String what, Throwable cause) {
    return new TrainingException(
        "the run "
            + run
            + " of task "
            + saved.task()
            + " "
            + what
            + "; analyze it with the version that trained it",
        cause);
  }

  private void print(AnalysisReport report, Map<String, Path> files) {
    if (json) {
      Map<String, Object> map = new LinkedHashMap<>(report.toMap());
      Map<String, String> paths = new LinkedHashMap<>();
      files.forEach((name, path) -> paths.put(name, path.toString()));
      map.put("files", paths);
      Json.print(spec.commandLine().getOut(), map);
      return;
    }
    TextPage page = TextPage.onOutput(spec.commandLine());
    AnalysisText.print(report, page);
    files.forEach((name, path) -> page.field(2, name, path.toString()));
    page.flush();
  }
}
