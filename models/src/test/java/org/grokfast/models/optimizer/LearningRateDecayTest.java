package org.grokfast.models.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.grokfast.models.optimizer.LearningRateDecay.Shape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class LearningRateDecayTest {
  private static final double[] START = {1};

  /** The rates of the first steps. */
  private static double[] rates(LearningRateDecay decay, int warmup, int steps) {
    AdamOptions options =
        AdamOptions.builder().learningRate(0.5).warmupSteps(warmup).decay(decay).build();
    double[] rates = new double[steps];
    try (OptimizerRun run = new OptimizerRun(OptimizerKind.ADAMW, options, START)) {
      for (int i = 0; i < steps; i++) {
        rates[i] = run.step(START);
      }
    }
    return rates;
  }

  @Test
  void linearFallsInEqualStepsBetweenItsEnds() {
    assertThat(rates(new LearningRateDecay(Shape.LINEAR, 1, 5, 0.2), 0, 7))
        .containsExactly(new double[] {0.5, 0.5, 0.4, 0.3, 0.2, 0.1, 0.1}, within(1e-12));
  }

  @Test
  void cosineFallsAlongHalfAWave() {
    double low = 0.25 * (1 + Math.cos(0.75 * Math.PI));
    assertThat(rates(new LearningRateDecay(Shape.COSINE, 0, 4, 0), 0, 6))
        .containsExactly(new double[] {0.5, 0.5 - low, 0.25, low, 0, 0}, within(1e-12));
  }

  @Test
  void theWarmUpMultipliesTheDecay() {
    assertThat(rates(new LearningRateDecay(Shape.LINEAR, 0, 4, 0), 2, 4))
        .containsExactly(new double[] {0, 0.1875, 0.25, 0.125}, within(1e-12));
  }

  @Test
  void rejectsValuesOutsideTheirRange() {
    assertThatThrownBy(() -> new LearningRateDecay(Shape.LINEAR, 10, 10, 0))
        .hasMessage("the decay must end after the step at which it begins, 10, was 10");
    assertThatThrownBy(() -> new LearningRateDecay(Shape.LINEAR, -1, 10, 0))
        .hasMessage("the decay must begin at a step >= 0, was -1");
    assertThatThrownBy(() -> new LearningRateDecay(Shape.COSINE, 0, 10, 2))
        .hasMessage("the final share must be in [0, 1], was 2.0");
  }
}
