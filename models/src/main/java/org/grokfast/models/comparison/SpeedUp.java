package org.grokfast.models.comparison;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/**
 * How many times fewer steps an arm takes than the baseline, or how many times lower its loss is:
 * the median of the baseline over that of the arm, over the seeds that both have. Above 1 the arm
 * is the better one.
 *
 * <p>The interval is a percentile bootstrap: the seeds are drawn again with replacement, {@value
 * #DRAWS} times, the same seeds for both arms since runs of one seed share split, weights and
 * batches; its ends are the 2.5 % and the 97.5 % quantile of the ratio. A crossing that a run did
 * not reach enters with the bounds that are known of it. With five seeds the interval is rough, and
 * rather too narrow than too wide.
 *
 * @param ratio the ratio
 * @param interval the ends of the 95 % interval
 * @param seeds the number of pairs
 */
public record SpeedUp(Bounds ratio, Bounds interval, int seeds) {
  /** How often the seeds are drawn. */
  public static final int DRAWS = 10_000;

  private static final double LOW = 0.025;
  private static final double HIGH = 0.975;

  /** So that the same runs always give the same interval. */
  private static final long SEED = 1;

  /**
   * The ratio of some pairs.
   *
   * @param baseline the baseline's numbers, one a seed
   * @param arm the arm's, in the same order of seeds; not empty
   */
  public static SpeedUp of(List<Bounds> baseline, List<Bounds> arm) {
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
    return new SpeedUp(
        ratio(baseline, arm), new Bounds(quantile(lows, LOW), quantile(highs, HIGH)), pairs);
  }

  /** The interval as text: {@code 1.40 .. 2.30}, or the one bound that there is. */
  public String intervalText(DoubleFunction<String> format) {
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
