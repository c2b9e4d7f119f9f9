package org.grokfast.models.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.grokfast.filter.Ema;
import org.grokfast.models.TrainingException;
import org.grokfast.models.algorithmic.AlgorithmicTask;
import org.grokfast.models.algorithmic.BinaryOperation;
import org.grokfast.models.algorithmic.DecoderShape;
import org.grokfast.models.algorithmic.LossType;
import org.grokfast.models.algorithmic.ModularArithmetic;
import org.grokfast.models.algorithmic.Objective;
import org.grokfast.models.analysis.files.AnalysisFiles;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.task.InputPerturbation;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.Trainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class RunAnalysisTest {
  private static final Pattern DOWNLOAD =
      Pattern.compile("<a download=\"([^\"]+)\" href=\"data:[^\"]+;base64,([^\"]+)\">");

  private static final AnalysisOptions FEW =
      new AnalysisOptions(40, 20, 0.4, 8, 2, 1, 3, Optional.empty(), Optional.empty(), 0, 1);

  @TempDir static Path folder;
  private static final Task TASK = task(BinaryOperation.ADD);
  private static final TrainingOptions TRAINING = training();

  private static Task task(BinaryOperation operation) {
    return new AlgorithmicTask(
        new ModularArithmetic(operation, 11), 0.5, 3, new DecoderShape(13, 5, 16, 2, 1));
  }

  private static TrainingOptions training() {
    return TrainingOptions.builder()
        .filter(Ema.of(0.98, 2))
        .batch(32)
        .steps(40)
        .validateEvery(2)
        .checkpointEvery(10)
        .keepCheckpoints(0)
        .threads(1)
        .build();
  }

  private static Path run() {
    return folder.resolve("run");
  }

  @BeforeAll
  static void train() {
    Trainer.start(TASK, TRAINING, run()).run();
  }

  private static AnalysisReport analyze(Path scratch, int lastStep, AnalysisListener listener) {
    return new RunAnalysis(TASK, TRAINING, FEW).of(run(), scratch, lastStep, listener);
  }

  @Test
  void everyCheckpointAndLayerIsMeasured() throws IOException {
    AnalysisReport report = analyze(folder.resolve("a"), Integer.MAX_VALUE, AnalysisListener.NONE);
    assertThat(report.checkpoints()).extracting(Figures::step).containsExactly(10, 20, 30, 40);
    assertThat(report.exactProducts()).isTrue();
    for (Figures at : report.checkpoints()) {
      for (Quantity quantity : Quantity.values()) {
        // No matrix of so small a decoder has 50 eigenvalues.
        boolean expected = quantity != Quantity.HEAVY_TAIL_ALPHA;
        assertThat(at.get(quantity).isPresent()).as(quantity.key()).isEqualTo(expected);
      }
      double squares = 0;
      for (Map<Quantity, Double> layer : parameters(at).values()) {
        squares += Math.pow(layer.get(Quantity.WEIGHT_NORM), 2);
        assertThat(layer.get(Quantity.HESSIAN_MAX)).isNotNull();
        assertThat(layer.get(Quantity.PRECONDITIONED_HESSIAN_MAX)).isNotNull();
      }
      assertInformation(at);
      double norm = at.get(Quantity.WEIGHT_NORM).orElseThrow();
      assertThat(norm).isCloseTo(Math.sqrt(squares), within(1e-9 * norm));
      // The tenth of ten steps of warm-up has nine tenths of the rate.
      double rate = at.step() == 10 ? 0.9e-3 : 1e-3;
      assertThat(at.get(Quantity.THRESHOLD_ADAM)).hasValueCloseTo(38 / rate, within(1e-6));
      assertThat(at.get(Quantity.THRESHOLD_FILTERED)).hasValueCloseTo(37.2475 / rate, within(1.0));
      assertThat(at.get(Quantity.ENTROPY).orElseThrow()).isBetween(0.0, Math.log(20));
    }
    assertThat(report.run().plane().orElseThrow().places()).hasDimensions(4, 2);
    assertThat(report.run().landscape().orElseThrow().losses()).hasDimensions(3, 3);
    assertThat(report.run().oscillation().orElseThrow().values()).isEqualTo(20);
    assertThat(report.run().density().stream().mapToDouble(n -> n.share()).sum())
        .isCloseTo(1, within(1e-9));
    Map<String, Path> files = AnalysisFiles.write(report, folder.resolve("files"));
    assertThat(Files.readAllLines(files.get("csv"))).hasSize(5);
    assertThat(Files.readAllLines(files.get("layersCsv")))
        .hasSize(1 + 4 * report.checkpoints().get(0).layers().size());
    assertThat(files.keySet()).contains("json", "png", "svg", "landscapePng", "html");
    assertThat(Files.readString(files.get("html")))
        .contains("<svg", "commutator defect", "<td>layers/0/mlp/expand</td>");
    assertSaved(files);
  }

  /** What the page holds to be saved is what stands beside it. */
  private static void assertSaved(Map<String, Path> files) throws IOException {
    Map<String, String> saved = new LinkedHashMap<>();
    Matcher links = DOWNLOAD.matcher(Files.readString(files.get("html")));
    while (links.find()) {
      byte[] content = Base64.getDecoder().decode(links.group(2));
      saved.put(links.group(1), new String(content, StandardCharsets.UTF_8));
    }
    assertThat(saved.keySet())
        .containsExactly(
            "analysis.svg",
            "analysis.csv",
            "layers.svg",
            "layers.csv",
            "landscape.svg",
            "landscape.csv");
    for (String key : List.of("svg", "csv", "layersCsv", "landscapeSvg", "landscapeCsv")) {
      Path file = files.get(key);
      assertThat(saved.get(file.getFileName().toString()))
          .as(key)
          .isEqualTo(Files.readString(file));
    }
    assertThat(Files.readAllLines(files.get("landscapeCsv")))
        .startsWith("picture,step,x,y,loss")
        .satisfies(rows -> assertThat(rows).filteredOn(row -> row.startsWith("traj")).hasSize(4))
        .satisfies(rows -> assertThat(rows).filteredOn(row -> row.startsWith("plane")).hasSize(9))
        .anyMatch(row -> row.matches("line,,-?[0-9.E-]+,,[0-9.E-]+"));
  }

  private static Map<String, Map<Quantity, Double>> parameters(Figures at) {
    Map<String, Map<Quantity, Double>> layers = new LinkedHashMap<>(at.layers());
    // A block's output has features, but no parameters beside those of its layers.
    layers.remove("layers/0");
    return layers;
  }

  private static void assertInformation(Figures at) {
    List<Quantity> information =
        List.of(
            Quantity.ENTROPY,
            Quantity.PERTURBED_ENTROPY,
            Quantity.ENTROPY_DIFFERENCE,
            Quantity.MUTUAL_INFORMATION,
            Quantity.PERTURBED_MUTUAL_INFORMATION,
            Quantity.MUTUAL_INFORMATION_DIFFERENCE);
    List<String> layers =
        List.of(
            "layers/0/ln_1",
            "layers/0/attention/out_projection",
            "layers/0/ln_2",
            "layers/0/mlp/expand",
            "layers/0/mlp/contract",
            "layers/0",
            "ln_f",
            "head");
    for (String layer : layers) {
      assertThat(at.layers().get(layer))
          .as(layer)
          .containsKeys(information.toArray(Quantity[]::new));
      assertThat(at.layers().get(layer).get(Quantity.ENTROPY)).isBetween(0.0, Math.log(20));
    }
    for (Quantity quantity : information) {
      double last = at.layers().get("head").get(quantity);
      assertThat(at.get(quantity)).as("the output layer's " + quantity.key()).hasValue(last);
    }
    assertThat(at.layers().get("layers/0/mlp/expand").get(Quantity.ENTROPY))
        .isNotEqualTo(at.layers().get("layers/0").get(Quantity.ENTROPY));
  }

  /** What the analysis finds at the last checkpoint's middle of the line is the loss there. */
  @Test
  void theMiddleOfTheLineIsTheLossOfTheLastCheckpoint() {
    AnalysisReport report = analyze(folder.resolve("b"), Integer.MAX_VALUE, AnalysisListener.NONE);
    double[] losses = report.run().line().orElseThrow().losses();
    assertThat(losses[losses.length / 2])
        .isCloseTo(report.checkpoints().get(3).get(Quantity.LOSS).orElseThrow(), within(1e-6));
  }

  @Test
  void whatWasMeasuredBeforeIsNotMeasuredAgain() throws IOException {
    Path scratch = folder.resolve("c");
    AnalysisReport first = analyze(scratch, 20, AnalysisListener.NONE);
    Path kept = scratch.resolve("step-000000010.json");
    String text = Files.readString(kept);
    String norm = first.checkpoints().get(0).total().get(Quantity.WEIGHT_NORM).toString();
    assertThat(text).contains(norm);
    // A mark in the file shows up where the file is used.
    Files.writeString(kept, text.replaceFirst(java.util.regex.Pattern.quote(norm), "12345.0"));
    List<String> parts = new ArrayList<>();
    AnalysisReport second = analyze(scratch, 40, (done, all, what) -> parts.add(what));
    assertThat(second.checkpoints().get(0).get(Quantity.WEIGHT_NORM)).hasValue(12345.0);
    assertThat(second.checkpoints().get(1)).isEqualTo(first.checkpoints().get(1));
    assertThat(parts).hasSize(6).endsWith("the run as a whole", "done");
    // With other options it's measured again.
    AnalysisOptions other =
        new AnalysisOptions(40, 20, 0.1, 8, 0, 0, 0, Optional.empty(), Optional.empty(), 0, 1);
    AnalysisReport third =
        new RunAnalysis(TASK, TRAINING, other).of(run(), scratch, 10, AnalysisListener.NONE);
    assertThat(third.checkpoints().get(0).total().get(Quantity.WEIGHT_NORM).toString())
        .isEqualTo(norm);
  }

  @Test
  void oneCheckpointHasNoTrajectoryAndTheReportSaysWhatToDo() {
    AnalysisReport report = analyze(folder.resolve("d"), 10, AnalysisListener.NONE);
    assertThat(report.run().plane()).isEmpty();
    assertThat(report.run().notes())
        .anyMatch(note -> note.contains("--keep-checkpoints 0 to have more"))
        .anyMatch(note -> note.startsWith("slingshots were not looked for"))
        .anyMatch(note -> note.contains("smaller --validate-every"));
  }

  @Test
  void aCheckpointOfARunThatDivergedIsNamedByItsStep() {
    TrainingOptions wild =
        TRAINING.toBuilder()
            .adam(AdamOptions.builder().learningRate(1e38).warmupSteps(0).build())
            .checkpointEvery(1)
            .build();
    Path diverged = folder.resolve("diverged");
    assertThatThrownBy(() -> Trainer.start(TASK, wild, diverged).run())
        .hasMessageContaining("the loss became");
    assertThatThrownBy(
            () ->
                new RunAnalysis(TASK, wild, FEW)
                    .of(diverged, folder.resolve("h"), 40, AnalysisListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("the loss at the checkpoint of step 1 is NaN: the run has diverged");
  }

  @Test
  void aStepBeforeTheFirstCheckpointIsRefused() {
    assertThatThrownBy(() -> analyze(folder.resolve("e"), 9, AnalysisListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("has no checkpoint up to step 9; give a later step");
  }

  @Test
  void aRunOfAnotherTaskIsRefused() {
    assertThatThrownBy(
            () ->
                new RunAnalysis(task(BinaryOperation.SUB), TRAINING, FEW)
                    .of(run(), folder.resolve("f"), 40, AnalysisListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("with other settings than the task to analyze");
  }

  @Test
  void aTensorThatTheModelDoesNotHaveIsNamed() {
    AnalysisOptions wrong =
        new AnalysisOptions(
            40, 20, 0.4, 8, 0, 0, 0, Optional.of("nothing"), Optional.empty(), 0, 1);
    assertThatThrownBy(
            () ->
                new RunAnalysis(TASK, TRAINING, wrong)
                    .of(run(), folder.resolve("g"), 10, AnalysisListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("the model has no tensor 'nothing'");
  }

  /** The cross-entropy is found in either type, and its type changes no more than rounding. */
  @Test
  void aRunWithALossInFloat64IsMeasuredAlike() {
    Task wide =
        new AlgorithmicTask(
            new ModularArithmetic(BinaryOperation.ADD, 11),
            0.5,
            3,
            new DecoderShape(13, 5, 16, 2, 1),
            new Objective(InputPerturbation.NONE, 0, LossType.FLOAT64));
    Path other = folder.resolve("wide");
    Trainer.start(wide, TRAINING, other).run();
    Figures narrow = analyze(folder.resolve("i"), 10, AnalysisListener.NONE).checkpoints().get(0);
    Figures found =
        new RunAnalysis(wide, TRAINING, FEW)
            .of(other, folder.resolve("j"), 10, AnalysisListener.NONE)
            .checkpoints()
            .get(0);
    assertThat(found.total().keySet()).isEqualTo(narrow.total().keySet());
    assertThat(found.get(Quantity.SATURATION)).hasValue(0);
    assertThat(found.get(Quantity.LOSS).orElseThrow())
        .isCloseTo(narrow.get(Quantity.LOSS).orElseThrow(), within(1e-4));
    assertThat(found.get(Quantity.HESSIAN_MAX).orElseThrow())
        .isCloseTo(narrow.get(Quantity.HESSIAN_MAX).orElseThrow(), withinPercentage(2));
  }

  @Test
  void onlyAnOperationThatCommutesIsTestedForIt() {
    int[] few = IntStream.range(0, 8).toArray();
    for (BinaryOperation operation : BinaryOperation.values()) {
      AlgorithmicTask task = (AlgorithmicTask) task(operation);
      try (var batch = task.batch(org.grokfast.models.task.Split.TRAINING, few)) {
        var swapped = task.swapped(batch);
        boolean commutes =
            List.of(BinaryOperation.ADD, BinaryOperation.MUL, BinaryOperation.QUADRATIC)
                .contains(operation);
        assertThat(swapped.isPresent()).as(operation.name()).isEqualTo(commutes);
        swapped.ifPresent(org.grokfast.models.task.Batch::close);
      }
    }
  }
}
