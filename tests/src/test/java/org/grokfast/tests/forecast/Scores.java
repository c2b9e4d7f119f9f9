package org.grokfast.tests.forecast;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.function.ToDoubleFunction;

/** How good forecasts were. */
final class Scores {
  private static final int SAMPLES = 1_000;
  private static final double TAIL = 0.025;

  private Scores() {}

  /** A forecast and what became of it. */
  record Outcome(StudyRow row, double probability) {
    boolean generalised() {
      return row.generalised();
    }
  }

  /**
   * A figure with its 95 % bootstrap interval over runs.
   *
   * @param value over all runs
   * @param low the lower end
   * @param high the upper end
   */
  record Figure(double value, double low, double high) {}

  /**
   * The area under the ROC curve: the share of pairs of one that generalised and one that didn't in
   * which the first had the higher probability; equal ones count half. NaN without such a pair.
   */
  static double auroc(List<Outcome> outcomes) {
    return ordered(outcomes, (yes, no) -> true);
  }

  /** The same of the pairs of one operation. */
  static double within(List<Outcome> outcomes) {
    return ordered(
        outcomes,
        (yes, no) -> yes.row().setting().operation().equals(no.row().setting().operation()));
  }

  private static double ordered(List<Outcome> outcomes, BiPredicate<Outcome, Outcome> paired) {
    double won = 0;
    long pairs = 0;
    List<Outcome> failed = outcomes.stream().filter(outcome -> !outcome.generalised()).toList();
    for (Outcome yes : outcomes.stream().filter(Outcome::generalised).toList()) {
      for (Outcome no : failed) {
        if (paired.test(yes, no)) {
          won += 0.5 + 0.5 * Double.compare(yes.probability(), no.probability());
          pairs++;
        }
      }
    }
    return pairs == 0 ? Double.NaN : won / pairs;
  }

  /** The mean squared distance of the probability from what became of it, 1 or 0. */
  static double brier(List<Outcome> outcomes) {
    return outcomes.stream()
        .mapToDouble(o -> Math.pow(o.probability() - (o.generalised() ? 1 : 0), 2))
        .average()
        .orElse(Double.NaN);
  }

  /** A score with its interval. Samples of the runs in which it has no value are left out. */
  static Figure bootstrap(List<Outcome> outcomes, ToDoubleFunction<List<Outcome>> score) {
    Random random = new Random(0);
    double[] values = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      values[i] =
          score.applyAsDouble(
              random.ints(outcomes.size(), 0, outcomes.size()).mapToObj(outcomes::get).toList());
    }
    double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    return new Figure(
        score.applyAsDouble(outcomes), quantile(sorted, TAIL), quantile(sorted, 1 - TAIL));
  }

  /** A quantile of sorted values, without interpolation; NaN of none. */
  static double quantile(double[] sorted, double share) {
    return sorted.length == 0 ? Double.NaN : sorted[(int) Math.round(share * (sorted.length - 1))];
  }
}
