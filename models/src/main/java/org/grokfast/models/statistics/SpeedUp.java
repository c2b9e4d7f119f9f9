package org.grokfast.models.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/**
 * How many times fewer steps an arm takes than the baseline, or how many times lower its loss is:
 * the median of the baseline over that of the arm, over the seeds that both have. Above 1 the arm
 * is the better one.
 *
 * <p>From {@value Spread#ENOUGH} pairs on there is an interval, a percentile bootstrap: the seeds
 * are drawn again with replacement, {@value #DRAWS} times, the same seeds for both arms since runs
 * of one seed share split, weights and batches; its ends are the 2.5 % and the 97.5 % quantile of
 * the ratio. A crossing that a run did not reach enters with the bounds that are known of it. With
 * five seeds the interval is rough, and rather too narrow than too wide; with fewer it would say
 * more than is known. {@link PairedPermutation} stands beside it.
 *
 * @param ratio the ratio
 * @param interval the ends of the 95 % interval; empty below {@value Spread#ENOUGH} pairs
 * @param pValue how often chance alone would put the two as far apart; empty without an interval
 * @param pairs the ratio of each pair, in the order of the seeds
 */
public record SpeedUp(
    Bounds ratio, Optional<Bounds> interval, OptionalDouble pValue, List<Bounds> pairs) {
  /** How often the seeds are drawn. */
  public static final int DRAWS = 10_000;

  private static final double LOW = 0.025;
  private static final double HIGH = 0.975;

  /** So that the same runs always give the same interval. */
  private static final long SEED = 1;

  /** Takes a copy of the list. */
  public SpeedUp {
    pairs = List.copyOf(pairs);
  }

  /** The number of pairs. */
  public int seeds() {
    return pairs.size();
  }

  /**
   * The ratio of some pairs.
   *
   * @param baseline the baseline's numbers, one a seed
   * @param arm the arm's, in the same order of seeds; not empty
   */
  public static SpeedUp of(List<Bounds> baseline, List<Bounds> arm) {
    List<Bounds> pairs = new ArrayList<>();
    for (int i = 0; i < arm.size(); i++) {
      pairs.add(baseline.get(i).over(arm.get(i)));
    }
    Bounds ratio = ratio(baseline, arm);
    return arm.size() < Spread.ENOUGH
        ? new SpeedUp(ratio, Optional.empty(), OptionalDouble.empty(), pairs)
        : new SpeedUp(
            ratio,
            Optional.of(bootstrap(baseline, arm)),
            OptionalDouble.of(PairedPermutation.pValue(pairs)),
            pairs);
  }

  /** The 95 % interval. */
  static Bounds bootstrap(List<Bounds> baseline, List<Bounds> arm) {
    int pairs = arm.size();
    SplittableRandom random = new SplittableRandom(SEED);
    double[] lows = new double[DRAWS];
    double[] highs = new double[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      int[] drawn = IntStream.range(0, pairs).map(i -> random.nextInt(pairs)).toArray();
      Bounds ratio = ratio(pick(baseline, drawn), pick(arm, drawn));
      lows[draw] = ratio.low();
      highs[draw] = ratio.high();
    }
    return new Bounds(quantile(lows, LOW), quantile(highs, HIGH));
  }

  /**
   * What stands behind the ratio: {@code 95 %: 1.40 .. 2.30, p 0.062}, or why there is nothing.
   *
   * @param format a ratio as text
   */
  public String certainty(DoubleFunction<String> format) {
    if (interval.isEmpty()) {
      return seeds() + (seeds() == 1 ? " seed: no interval" : " seeds: no interval");
    }
    return "95 %: "
        + intervalText(interval.get(), format)
        + ", p "
        + String.format(Locale.ROOT, "%.2g", pValue.orElseThrow());
  }

  private static String intervalText(Bounds interval, DoubleFunction<String> format) {
    return interval.low() > 0 && Double.isFinite(interval.high())
        ? format.apply(interval.low()) + " .. " + format.apply(interval.high())
        : interval.text(format);
  }

  private static Bounds ratio(List<Bounds> baseline, List<Bounds> arm) {
    return Bounds.median(baseline).over(Bounds.median(arm));
  }

  private static List<Bounds> pick(List<Bounds> values, int[] indices) {
    List<Bounds> picked = new ArrayList<>(indices.length);
    for (int index : indices) {
      picked.add(values.get(index));
    }
    return picked;
  }

  /** The value at or below which the share of the values lies. */
  static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(0, rank - 1)];
  }
}
