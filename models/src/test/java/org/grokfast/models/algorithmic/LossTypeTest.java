package org.grokfast.models.algorithmic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.grokfast.models.Floats;
import org.grokfast.models.layers.LogitMeasures;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@Tag("native")
class LossTypeTest {
  private static final float[][] LOGITS = {{20, 0, 0}, {1, 2, 0.5f}, {0, 0, 60}};
  private static final float[][] RIGHT = {{1, 0, 0}, {1, 0, 0}, {0, 0, 1}};

  /** Loss, gradient of the mean by the logits as an optimizer sees it, and share of zeros. */
  private static List<float[]> run(LossType type) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> logits = tf.constant(LOGITS);
      Operand<TFloat32> right = tf.constant(RIGHT);
      LossType.Entropy entropy = type.entropy(tf, logits, right);
      Output<?>[] gradient =
          graph.addGradients(entropy.loss().asOutput(), new Output<?>[] {logits.asOutput()});
      Operand<TFloat32> saturation =
          LogitMeasures.of(tf, logits, right, entropy.gradient()).get(LogitMeasures.SATURATION);
      try (Session session = new Session(graph)) {
        return Floats.fetch(
            session, List.of(entropy.loss().asOutput(), gradient[0], saturation.asOutput()));
      }
    }
  }

  /** Of log(1 + 2e⁻²⁰), log(e + e² + √e) − 1 and log(1 + 2e⁻⁶⁰). */
  private static double expectedLoss() {
    double middle = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(0.5)) - 1;
    return (Math.log1p(2 * Math.exp(-20)) + middle + Math.log1p(2 * Math.exp(-60))) / 3;
  }

  @Test
  void bothTypesHaveTheLossInClosedForm() {
    assertThat((double) run(LossType.FLOAT32).get(0)[0]).isCloseTo(expectedLoss(), within(1e-6));
    assertThat((double) run(LossType.FLOAT64).get(0)[0]).isCloseTo(expectedLoss(), within(1e-7));
  }

  /**
   * p − 1 = −2e⁻²⁰/(1 + 2e⁻²⁰) is far above float32's least number, and far below its step at 1.
   */
  @Test
  void inFloat32TheGradientOfTheRightClassIsAbsorbedAndInFloat64ItIsNot() {
    float[] narrow = run(LossType.FLOAT32).get(1);
    float[] wide = run(LossType.FLOAT64).get(1);
    double first = -2 * Math.exp(-20) / (1 + 2 * Math.exp(-20)) / 3;
    assertThat(narrow[0]).isZero();
    assertThat((double) wide[0]).isCloseTo(first, within(1e-6 * -first));
    // What pushes the other classes is there in both.
    assertThat((double) narrow[1]).isCloseTo(-first / 2, within(1e-5 * -first));
    assertThat((double) wide[1]).isCloseTo(-first / 2, within(1e-6 * -first));
    // Float64 has its own end: e⁻⁶⁰ is absorbed there as well.
    assertThat(wide[8]).isZero();
  }

  @Test
  void theSaturationIsThatOfTheTypeOfTheLoss() {
    assertThat(run(LossType.FLOAT32).get(2)[0]).isCloseTo(2 / 3f, within(1e-6f));
    assertThat(run(LossType.FLOAT64).get(2)[0]).isCloseTo(1 / 3f, within(1e-6f));
  }
}
