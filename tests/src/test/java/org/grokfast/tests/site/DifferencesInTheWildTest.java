package org.grokfast.tests.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.DoubleUnaryOperator;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.FirstStep;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.junit.jupiter.api.Test;

/**
 * What docs/in-the-wild.md says of other implementations, computed in plain arithmetic beside the
 * filter of this project.
 */
class DifferencesInTheWildTest {
  private static final double ALPHA = 0.98;
  private static final double LAMB = 2;

  /** Products and sums of float32 against those of float64. */
  private static final double ROUNDING = 1e-5;

  private static ArrayFilter filter(GradientFilter filter) {
    return new ArrayFilter(filter, Precision.FLOAT32, 1);
  }

  private static double step(ArrayFilter filter, double gradient) {
    return filter.step(new double[] {gradient})[0];
  }

  /** The average that starts at zeros, as many ports have it. */
  private static final class FromZero implements DoubleUnaryOperator {
    private double average;

    @Override
    public double applyAsDouble(double gradient) {
      average = ALPHA * average + (1 - ALPHA) * gradient;
      return gradient + LAMB * average;
    }
  }

  @Test
  void anAverageFromZeroAmplifiesTheFirstGradientByNearlyNothing() {
    FromZero wild = new FromZero();
    ArrayFilter ours = filter(Ema.of(ALPHA, LAMB));
    ArrayFilter zero = filter(Ema.of(ALPHA, LAMB).withFirstStep(FirstStep.ZERO));
    ArrayFilter debiased = filter(Ema.of(ALPHA, LAMB).withFirstStep(FirstStep.DEBIAS));
    assertThat(step(ours, 1)).isCloseTo(3, within(ROUNDING));
    assertThat(step(debiased, 1)).isCloseTo(3, within(ROUNDING));
    assertThat(wild.applyAsDouble(1)).isCloseTo(1.04, within(ROUNDING));
    assertThat(step(zero, 1)).isCloseTo(1.04, within(ROUNDING));
    int steps = 1;
    while (step(zero, 1) < 1 + 0.9 * LAMB) {
      assertThat(step(debiased, 1)).isCloseTo(3, within(ROUNDING));
      steps++;
    }
    // The loop ends with the first step that has 90 %, which it does not count.
    assertThat(steps + 1).isEqualTo(114);
  }

  /** A window of the reference whose entries are the gradient's own buffer, in places. */
  private static double[] aliased(int window, double lamb, int steps) {
    Deque<double[]> queue = new ArrayDeque<>();
    double[] buffer = {0};
    double[] outputs = new double[steps];
    for (int i = 0; i < steps; i++) {
      // zero_grad(set_to_none=False) and backward() write into the buffer that is there.
      buffer[0] = i + 1;
      if (queue.size() == window) {
        queue.removeFirst();
      }
      queue.addLast(buffer);
      outputs[i] = buffer[0];
      if (queue.size() == window) {
        double sum = queue.stream().mapToDouble(entry -> entry[0]).sum();
        // The reference makes a new tensor of the filtered gradient.
        buffer = new double[] {buffer[0] + lamb * sum / window};
        outputs[i] = buffer[0];
      }
    }
    return outputs;
  }

  @Test
  void aWindowThatAliasesTheGradientIsWrongUntilItHasBeenFilledAgain() {
    double[] wild = aliased(3, 5, 6);
    ArrayFilter ours = filter(MovingAverage.of(3, 5));
    double[] right = new double[6];
    for (int i = 0; i < right.length; i++) {
      right[i] = step(ours, i + 1);
    }
    assertThat(right).containsExactly(new double[] {1, 2, 13, 19, 25, 31}, within(ROUNDING));
    assertThat(wild)
        .containsExactly(new double[] {1, 2, 18, 20 + 2.0 / 3, 25, 31}, within(ROUNDING));
  }

  /** How far Adam moves in so many steps of a gradient of 1. */
  private static double adam(DoubleUnaryOperator filter, double rate, int steps) {
    double first = 0;
    double second = 0;
    double moved = 0;
    for (int i = 1; i <= steps; i++) {
      double gradient = filter.applyAsDouble(1);
      first = 0.9 * first + 0.1 * gradient;
      second = 0.98 * second + 0.02 * gradient * gradient;
      double mean = first / (1 - Math.pow(0.9, i));
      moved += rate * mean / (Math.sqrt(second / (1 - Math.pow(0.98, i))) + 1e-8);
    }
    return moved;
  }

  @Test
  void adamWithItsRateDividedMakesAThirdOfTheSteps() {
    ArrayFilter ours = filter(Ema.of(ALPHA, LAMB));
    ArrayFilter again = filter(Ema.of(ALPHA, LAMB));
    double plain = adam(gradient -> gradient, 1e-3, 100);
    assertThat(adam(gradient -> step(ours, gradient), 1e-3, 100))
        .isCloseTo(plain, within(ROUNDING * plain));
    assertThat(adam(gradient -> step(again, gradient), 1e-3 / (1 + LAMB), 100))
        .isCloseTo(plain / 3, within(ROUNDING * plain));
  }

  @Test
  void descentWithItsRateDividedMakesTheStepsOfBefore() {
    ArrayFilter ours = filter(Ema.of(ALPHA, LAMB));
    double moved = 0;
    for (int i = 0; i < 100; i++) {
      moved += 0.1 / (1 + LAMB) * step(ours, 1);
    }
    assertThat(moved).isCloseTo(10, within(10 * ROUNDING));
  }

  @Test
  void compensationChangesAdamByNoMoreThanItsEpsilon() {
    FilterOptions options = FilterOptions.builder().compensateLearningRate(true).build();
    ArrayFilter compensated = filter(Ema.of(ALPHA, LAMB).withOptions(options));
    assertThat(step(compensated, 1)).isCloseTo(1, within(ROUNDING));
    double plain = adam(gradient -> gradient, 1e-3, 100);
    assertThat(adam(gradient -> step(compensated, gradient), 1e-3, 100))
        .isCloseTo(plain, within(ROUNDING * plain));
  }

  @Test
  void swappedParametersAreRefusedWithAHint() throws IOException {
    assertThatThrownBy(() -> Ema.of(2, 0.98))
        .hasMessage("alpha must be in [0, 1), was 2.0; lamb is 0.98: were alpha and lamb swapped?");
    assertThat(Files.readString(CodeBlocks.ROOT.resolve("docs/in-the-wild.md")))
        .contains(
            "    alpha must be in [0, 1), was 2.0; lamb is 0.98: were alpha and lamb swapped?");
  }

  @Test
  void anAverageWithAlphaTwoDoublesEveryChange() {
    double average = 1;
    for (int i = 0; i < 10; i++) {
      average = 2 * average - 1;
    }
    assertThat(average).as("of a constant gradient").isEqualTo(1);
    average += 0.001;
    for (int i = 0; i < 10; i++) {
      average = 2 * average - 1;
    }
    assertThat(average - 1).isCloseTo(1.024, within(1e-9));
  }

  @Test
  void aFilterBeforeClippingIsClippedAwayAndOneBehindItIsNot() {
    ArrayFilter before = filter(Ema.of(ALPHA, LAMB));
    ArrayFilter behind = filter(Ema.of(ALPHA, LAMB));
    for (int i = 0; i < 10; i++) {
      assertThat(Math.min(step(before, 1), 1)).isEqualTo(1);
      assertThat(step(behind, Math.min(1, 1))).isCloseTo(3, within(ROUNDING));
    }
  }
}
