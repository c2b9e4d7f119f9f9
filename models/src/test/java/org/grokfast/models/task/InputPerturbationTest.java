package org.grokfast.models.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.grokfast.models.Floats;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

@Tag("native")
class InputPerturbationTest {
  private static final InputPerturbation MODULAR = new InputPerturbation(0.5, 0.4);
  private static final int ROWS = 400;
  private static final int COLUMNS = 50;

  @ParameterizedTest
  @CsvSource({"0, 0.5", "0.1, 0.45", "0.2, 0.4", "0.9, 0.4", "1, 0.4"})
  void theDeviationFallsWithTheAccuracyDownToTheFloor(double accuracy, double deviation) {
    assertThat(MODULAR.deviation(accuracy)).isCloseTo(deviation, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
  void anAccuracyThatIsNoneIsRefused(double accuracy) {
    assertThatThrownBy(() -> MODULAR.deviation(accuracy))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("accuracy must be in [0, 1], was " + accuracy);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void aDeviationThatIsNoneIsRefused(double value) {
    assertThatThrownBy(() -> new InputPerturbation(value, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("input noise must be finite and >= 0, was " + value);
    assertThatThrownBy(() -> new InputPerturbation(0, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("input noise floor must be finite and >= 0, was " + value);
  }

  @Test
  void aTasksSettingsHaveItOnlyIfThereIsNoise() {
    TreeMap<String, String> none = new TreeMap<>();
    InputPerturbation.NONE.addTo(none);
    assertThat(none).isEmpty();
    TreeMap<String, String> some = new TreeMap<>();
    MODULAR.addTo(some);
    assertThat(some).isEqualTo(Map.of("input-noise", "0.5", "input-noise-floor", "0.4"));
    assertThat(InputPerturbation.of(new SavedSettings(some))).isEqualTo(MODULAR);
    assertThat(InputPerturbation.of(new SavedSettings(none))).isEqualTo(InputPerturbation.NONE);
  }

  @Test
  void theNoiseIsNormalWithTheDeviationOfTheAccuracyBefore() {
    float[] noise = draw(3, 7, 0.1, 1);
    double n = noise.length;
    double mean = sum(noise, 1) / n;
    double variance = sum(noise, 2) / n;
    // Five standard errors of 20,000 independent normal numbers.
    double sigma = 0.45;
    assertThat(mean).isCloseTo(0, within(5 * sigma / Math.sqrt(n)));
    assertThat(Math.sqrt(variance)).isCloseTo(sigma, within(5 * sigma / Math.sqrt(2 * n)));
    assertThat(sum(noise, 4) / n / (variance * variance))
        .isCloseTo(3, within(5 * Math.sqrt(96 / n)));
  }

  @Test
  void anInputsNoiseIsIndependentOfAnothers() {
    float[] noise = draw(3, 7, 0, 1);
    double products =
        IntStream.range(1, noise.length).mapToDouble(i -> noise[i] * noise[i - 1]).sum();
    assertThat(products / sum(noise, 2)).isCloseTo(0, within(5 / Math.sqrt(noise.length)));
  }

  @Test
  void theNoiseIsAFunctionOfTheSeedAndTheStep() {
    float[] noise = draw(3, 7, 0, 1);
    assertThat(draw(3, 7, 0, 1)).isEqualTo(noise);
    assertThat(draw(3, 7, 0, 4)).as("on four threads").isEqualTo(noise);
    assertThat(draw(3, 8, 0, 1)).isNotEqualTo(noise);
    assertThat(draw(4, 7, 0, 1)).isNotEqualTo(noise);
  }

  @Test
  void withoutNoiseAnUpdateTakesNothingMore() {
    assertThat(InputPerturbation.NONE.inputs(3)).isSameAs(StepInputs.NONE);
    assertThat(StepInputs.NONE.at(5, 0.5)).isEmpty();
  }

  private static double sum(float[] values, int power) {
    return IntStream.range(0, values.length).mapToDouble(i -> Math.pow(values[i], power)).sum();
  }

  private static float[] draw(long seed, int step, double accuracy, int threads) {
    ConfigProto config = ConfigProto.newBuilder().setIntraOpParallelismThreads(threads).build();
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> noise = InputPerturbation.noise(tf, tf.array(ROWS, COLUMNS));
      try (Session session = new Session(graph, config);
          Batch inputs = new Batch(MODULAR.inputs(seed).at(step, accuracy), 0)) {
        Session.Runner runner = session.runner();
        inputs.inputs().forEach(runner::feed);
        try (var result = runner.fetch(noise).run()) {
          return Floats.of((TFloat32) result.get(0));
        }
      }
    }
  }
}
