package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.DataType;

/** Long runs in a graph. */
@Tag("native")
class LongMovingAverageTest {
  private static final DataType FLOAT = DataType.DT_FLOAT;

  private static GraphRun run(GradientFilter filter) {
    return new GraphRun(
            new GraphRewriter(filter).apply(GraphBuilder.single(FLOAT, 1).build()).graph())
        .initialize();
  }

  @ParameterizedTest
  @CsvSource({"100, 3000", "7, 500", "1, 50"})
  void theSumsOfAGraphAreThoseOfTheArrayInterpreterBitForBit(int window, int steps) {
    MovingAverage filter = MovingAverage.of(window, 5);
    ArrayFilter oracle = new ArrayFilter(filter, Precision.FLOAT32, 1);
    Random random = new Random(4);
    try (GraphRun run = run(filter)) {
      for (int t = 0; t < steps; t++) {
        double gradient = (float) (0.9 + random.nextGaussian());
        oracle.step(new double[] {gradient});
        run.step("train", "grokfast/w/gradient", "g", FLOAT, gradient);
        if (t % 50 == 49) {
          // Sums are additions alone: nothing that could be fused or reordered.
          assertThat(run.fetch("grokfast/w/sum")).isEqualTo(oracle.state().get(1));
          assertThat(run.fetch("grokfast/w/fresh")).isEqualTo(oracle.state().get(2));
        }
      }
      assertThat(run.fetch("grokfast/w/window")).isEqualTo(oracle.state().get(0));
    }
  }

  @Test
  void aNaNLeavesAGraphsWindowAfterTwoRounds() {
    int window = 4;
    try (GraphRun run = run(MovingAverage.of(window, 1))) {
      for (int t = 0; t < 3 * window; t++) {
        run.step("train", "grokfast/w/gradient", "g", FLOAT, t == window ? Double.NaN : 1);
      }
      assertThat(run.step("train", "grokfast/w/gradient", "g", FLOAT, 1)).containsExactly(2);
    }
  }

  @Test
  void aConstantGradientIsAmplifiedByOnePlusLamb() {
    try (GraphRun ema = run(Ema.of(0.9, 2));
        GraphRun average = run(MovingAverage.of(10, 5))) {
      double[] slow = {};
      double[] mean = {};
      for (int t = 0; t < 200; t++) {
        slow = ema.step("train", "grokfast/w/gradient", "g", FLOAT, 0.3);
        mean = average.step("train", "grokfast/w/gradient", "g", FLOAT, 0.3);
      }
      assertThat(slow[0]).isCloseTo(0.9, within(1e-6));
      assertThat(mean[0]).isCloseTo(1.8, within(2e-6));
    }
  }
}
