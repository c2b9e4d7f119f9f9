package org.grokfast.models.tuning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.grokfast.models.comparison.ArmResult;
import org.grokfast.models.comparison.Column;
import org.grokfast.models.task.Metric;

/**
 * Successive halving (Jamieson and Talwalkar 2016, arXiv 1502.07943): all trials make a few steps,
 * the best of them go on to more, until one is left that has made all. Rounds may also grow by
 * seeds.
 */
public final class Halving {
  private Halving() {}

  /**
   * One round.
   *
   * @param trials how many take part
   * @param steps up to which step they go
   * @param seeds how many runs each trial has, one a seed
   */
  public record Rung(int trials, int steps, int seeds) {}

  /**
   * How far the runs of a trial go in a round.
   *
   * @param steps up to which step
   * @param seeds how many there are, one a seed
   */
  public record Reach(int steps, int seeds) {}

  /**
   * The rounds of a budget. What is measured before anything generalises orders trials by noise; a
   * first round of fewer seeds that goes further can be the better use of as many steps.
   *
   * @param trials how many take part in the first; ≥ 1
   * @param factor which share goes on, and by how much further; ≥ 2
   * @param last how far the last round goes; each number ≥ 1
   * @param first how far the first one goes at least, and with how many seeds: each later round has
   *     {@code factor} times as many, up to all; each number from 1 up to that of the last
   * @throws IllegalArgumentException if a number is out of its range
   */
  public static List<Rung> rungs(int trials, int factor, Reach last, Reach first) {
    require("trials", trials, 1);
    require("factor", factor, 2);
    require("steps", last.steps(), 1);
    require("first-steps", first.steps(), 1, last.steps(), "--steps");
    require("first-seeds", first.seeds(), 1, last.seeds(), "the number of --seeds");
    List<Rung> rungs = new ArrayList<>();
    long divisor = 1;
    int left = trials;
    while (left >= factor) {
      left /= factor;
      divisor *= factor;
    }
    left = trials;
    long seeds = first.seeds();
    while (divisor >= 1) {
      int steps = (int) ((last.steps() + divisor - 1) / divisor);
      Rung rung =
          new Rung(left, Math.max(first.steps(), steps), (int) Math.min(seeds, last.seeds()));
      if (rungs.isEmpty() || addsTo(rungs.get(rungs.size() - 1), rung)) {
        rungs.add(rung);
      }
      left = Math.max(1, left / factor);
      divisor /= factor;
      seeds *= factor;
    }
    return rungs;
  }

  /** A round of the same steps and seeds would only see what the one before has seen. */
  private static boolean addsTo(Rung before, Rung rung) {
    return rung.steps() > before.steps() || rung.seeds() > before.seeds();
  }

  /** How many steps the rounds make at most; a run that goes on doesn't repeat its own. */
  public static long steps(List<Rung> rungs) {
    long sum = 0;
    long before = 0;
    for (Rung rung : rungs) {
      long each = (long) rung.steps() * rung.seeds();
      sum += rung.trials() * (each - before);
      before = each;
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
   * The better of two results first. Before all, that of which fewer runs failed: what a run had
   * before it failed recommends no setting. Then, for an accuracy, the earlier sustained crossing,
   * the earlier first one and the higher best accuracy; for all tasks in the end the lower loss. A
   * crossing that most seeds did not reach is worse than any that they did. All are medians.
   */
  public static Comparator<ArmResult> order(Metric metric) {
    return criteria(metric).stream()
        .map(Halving::order)
        .reduce(Comparator.comparingInt(ArmResult::failures), Comparator::thenComparing);
  }

  /**
   * Whether a result is better than another beyond noise: by the first criterion in which the two
   * differ, in every seed of several.
   *
   * @param better that which comes first by {@link #order}
   * @param worse the other
   */
  static boolean isTold(ArmResult better, ArmResult worse, Metric metric) {
    if (better.failures() != worse.failures()) {
      return better.failures() == 0 && worse.hasFailed() && worse.runs().size() > 1;
    }
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

  private static void require(String name, int value, int least, int most, String end) {
    require(name, value, least);
    if (value > most) {
      throw new IllegalArgumentException(
          name + " must be at most " + end + ", " + most + ", was " + value);
    }
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be >= " + least + ", was " + value);
    }
  }
}
