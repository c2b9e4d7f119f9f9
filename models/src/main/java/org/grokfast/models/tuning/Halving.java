package org.grokfast.models.tuning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.grokfast.models.comparison.ArmResult;
import org.grokfast.models.comparison.Column;
import org.grokfast.models.task.Metric;

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

  /** What trials are ordered by, the most telling first; {@link #order} says how. */
  public static List<Column> criteria(Metric metric) {
    return metric == Metric.LOSS
        ? List.of(Column.LOWEST_LOSS)
        : List.of(Column.SUSTAINED, Column.FIRST, Column.BEST_ACCURACY, Column.LOWEST_LOSS);
  }

  /**
   * The better of two results first. For an accuracy: the earlier sustained crossing, then the
   * earlier first one, then the higher best accuracy; for all tasks in the end the lower loss. A
   * crossing that most seeds did not reach is worse than any that they did. All are medians.
   */
  public static Comparator<ArmResult> order(Metric metric) {
    return criteria(metric).stream()
        .map(Halving::order)
        .reduce(Comparator::thenComparing)
        .orElseThrow();
  }

  /**
   * Whether a result is better than another beyond noise: by the first criterion in which the two
   * differ, in every seed of several.
   *
   * @param better that which comes first by {@link #order}
   * @param worse the other
   */
  static boolean isTold(ArmResult better, ArmResult worse, Metric metric) {
    for (Column column : criteria(metric)) {
      if (order(column).compare(better, worse) != 0) {
        return better
            .over(worse, column)
            .filter(ratio -> ratio.seeds() > 1)
            .filter(ratio -> ratio.pairs().stream().allMatch(pair -> pair.low() > 1))
            .isPresent();
      }
    }
    return false;
  }

  private static Comparator<ArmResult> order(Column column) {
    boolean more = column == Column.BEST_ACCURACY;
    return Comparator.comparingDouble(
        result -> {
          double worst = more ? 0 : Double.POSITIVE_INFINITY;
          double value = result.spread(column).map(spread -> spread.median().high()).orElse(worst);
          return more ? -value : value;
        });
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be >= " + least + ", was " + value);
    }
  }
}
