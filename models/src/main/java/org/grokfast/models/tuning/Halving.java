package org.grokfast.models.tuning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.grokfast.models.comparison.ArmResult;
import org.grokfast.models.comparison.Column;
import org.grokfast.models.training.Metric;

/**
 * Successive halving (Jamieson and Talwalkar 2016, arXiv 1502.07943): all trials make a few steps,
 * the best of them go on to more, until one is left that has made all.
 */
public final class Halving {
  private Halving() {}

  /**
   * One round.
   *
   * @param trials how many take part
   * @param steps up to which step they go
   */
  public record Rung(int trials, int steps) {}

  /**
   * The rounds of a budget.
   *
   * @param trials how many take part in the first; ≥ 1
   * @param factor which share goes on, and by how much further; ≥ 2
   * @param steps up to which step the last one goes; ≥ 1
   * @throws IllegalArgumentException if a number is too small
   */
  public static List<Rung> rungs(int trials, int factor, int steps) {
    require("trials", trials, 1);
    require("factor", factor, 2);
    require("steps", steps, 1);
    List<Rung> rungs = new ArrayList<>();
    long divisor = 1;
    int left = trials;
    while (left >= factor) {
      left /= factor;
      divisor *= factor;
    }
    left = trials;
    while (divisor >= 1) {
      rungs.add(new Rung(left, (int) Math.max(1, (steps + divisor - 1) / divisor)));
      left = Math.max(1, left / factor);
      divisor /= factor;
    }
    return rungs;
  }

  /** How many steps the rounds make at most; a trial that goes on doesn't repeat its own. */
  public static long steps(List<Rung> rungs) {
    long sum = 0;
    int before = 0;
    for (Rung rung : rungs) {
      sum += (long) rung.trials() * (rung.steps() - before);
      before = rung.steps();
    }
    return sum;
  }

  /**
   * The better of two results first. For an accuracy: the earlier sustained crossing, then the
   * earlier first one, then the higher best accuracy; for all tasks in the end the lower loss. A
   * crossing that most seeds did not reach is worse than any that they did. All are medians.
   */
  public static Comparator<ArmResult> order(Metric metric) {
    Comparator<ArmResult> loss = lessFirst(result -> median(result, Column.LOWEST_LOSS));
    return metric == Metric.LOSS
        ? loss
        : lessFirst(result -> median(result, Column.SUSTAINED))
            .thenComparing(lessFirst(result -> median(result, Column.FIRST)))
            .thenComparing(lessFirst(result -> -bestAccuracy(result)))
            .thenComparing(loss);
  }

  private static Comparator<ArmResult> lessFirst(ToDoubleFunction<ArmResult> value) {
    return Comparator.comparingDouble(value);
  }

  private static double median(ArmResult result, Column column) {
    return column
        .spread(result)
        .map(spread -> spread.median().high())
        .orElse(Double.POSITIVE_INFINITY);
  }

  private static double bestAccuracy(ArmResult result) {
    return Column.BEST_ACCURACY.spread(result).map(spread -> spread.median().low()).orElse(0.0);
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be >= " + least + ", was " + value);
    }
  }
}
