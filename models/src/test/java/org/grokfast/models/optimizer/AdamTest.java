package org.grokfast.models.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operation;

@Tag("native")
class AdamTest {
  private static final double[] START = {-1, -0.3, 1e-3, 0.25, 2};

  @ParameterizedTest
  @CsvSource({
    "ADAM, 0, 10",
    "ADAM, 0.01, 10",
    "ADAM, 0.5, 0",
    "ADAMW, 0, 0",
    "ADAMW, 1, 10",
    "ADAMW, 2, 0"
  })
  void followsTorchOverManySteps(OptimizerKind kind, double decay, int warmup) {
    AdamOptions options =
        AdamOptions.builder()
            .learningRate(3e-3)
            .weightDecay(decay)
            .warmupSteps(warmup)
            .epsilon(1e-4) // large enough to be seen if it stood in the wrong place
            .build();
    TorchAdam torch = new TorchAdam(START, options, kind == OptimizerKind.ADAMW);
    Random random = new Random(1);
    try (OptimizerRun run = new OptimizerRun(kind, options, START)) {
      for (int t = 0; t < 300; t++) {
        double[] gradient =
            random.doubles(START.length).map(x -> (float) ((x - 0.4) * 1e-2)).toArray();
        run.step(gradient);
        // float32 weights of size 2: a rounding of 1.2e-7 a step
        assertThat(run.weights()).containsExactly(torch.step(gradient), within(1e-5));
      }
    }
  }

  @Test
  void followsTheReferenceTrajectoryWithFilteredGradients() throws IOException {
    AdamOptions options =
        AdamOptions.builder().learningRate(1e-3).weightDecay(0.005).warmupSteps(0).build();
    List<double[]> gradients = golden("filtered_ema_a0.98_l2");
    List<double[]> weights = golden("w_adam_lr1e-3_b0.9_0.98_wd0.005_ema_a0.98_l2");
    try (OptimizerRun run = new OptimizerRun(OptimizerKind.ADAM, options, weights.get(0))) {
      for (int t = 0; t < gradients.size(); t++) {
        run.step(gradients.get(t));
        assertThat(run.weights()).containsExactly(weights.get(t + 1), within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"ADAM", "ADAMW"})
  void theFirstStepHasRateZeroAndTheEleventhTheWholeRate(OptimizerKind kind) {
    AdamOptions options = AdamOptions.builder().learningRate(1e-3).weightDecay(1).build();
    try (OptimizerRun run = new OptimizerRun(kind, options, START)) {
      double[] before = run.weights();
      List<Double> rates = new ArrayList<>();
      for (int t = 0; t < 12; t++) {
        rates.add(run.step(START));
        if (t == 0) {
          assertThat(run.weights()).containsExactly(before);
        }
      }
      assertThat(rates.get(0)).isZero();
      assertThat(rates.get(5)).isCloseTo(5e-4, within(1e-12));
      assertThat(rates.subList(10, 12)).containsExactly(1e-3, 1e-3);
    }
  }

  @Test
  void everySessionTakesTheSameFirstStep() {
    AdamOptions options = AdamOptions.builder().learningRate(0.1).warmupSteps(0).build();
    for (int i = 0; i < 30; i++) {
      try (OptimizerRun run = new OptimizerRun(OptimizerKind.ADAM, options, new double[] {1})) {
        run.step(new double[] {1});
        assertThat(run.weights()[0]).isCloseTo(0.9, within(1e-6));
      }
    }
  }

  @Test
  void theCounterMovesAfterEveryUpdate() {
    AdamOptions options = AdamOptions.builder().weightDecay(1).build();
    try (OptimizerRun run = new OptimizerRun(OptimizerKind.ADAMW, options, START)) {
      GraphOperation advance = run.graph().operation("step_advance");
      assertThat(advance).isNotNull();
      Operation apply = run.graph().operation("layer_weight_apply");
      assertThat(controlInputs(run, "step_advance")).contains(apply.name());
    }
  }

  @Test
  void adamWHandsTheGradientItselfToApplyAdam() {
    AdamOptions options = AdamOptions.builder().weightDecay(1).build();
    try (OptimizerRun run = new OptimizerRun(OptimizerKind.ADAMW, options, START)) {
      assertThat(inputs(run, "layer_weight_apply").get(9)).isEqualTo("Placeholder");
    }
  }

  @Test
  void rejectsValuesOutsideTheirRange() {
    assertThatThrownBy(() -> AdamOptions.builder().betas(1, 0.9).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("beta1 must be in [0, 1), was 1.0");
    assertThatThrownBy(() -> AdamOptions.builder().weightDecay(Double.NaN).build())
        .hasMessage("weight decay must be finite and >= 0, was NaN");
    assertThatThrownBy(() -> AdamOptions.builder().warmupSteps(-1).build())
        .hasMessage("warm-up steps must be >= 0, was -1");
  }

  private static List<String> controlInputs(OptimizerRun run, String node) {
    return inputs(run, node).stream()
        .filter(i -> i.startsWith("^"))
        .map(i -> i.substring(1))
        .toList();
  }

  private static List<String> inputs(OptimizerRun run, String node) {
    return run.graph().toGraphDef().getNodeList().stream()
        .filter(n -> n.getName().equals(node))
        .flatMap(n -> n.getInputList().stream())
        .toList();
  }

  private static List<double[]> golden(String name) throws IOException {
    Path root = Path.of(System.getProperty("grokfast.root"));
    Path file = root.resolve("plugin/src/test/resources/golden/" + name + ".csv");
    return Files.readAllLines(file).stream()
        .skip(1)
        .map(line -> Arrays.stream(line.split(",")).skip(1).mapToDouble(Double::parseDouble))
        .map(DoubleStream::toArray)
        .toList();
  }
}
