package org.grokfast.models.statistics;

import java.util.List;
import java.util.SplittableRandom;

/**
 * A permutation test of pairs: how often chance alone would put two arms as far apart, were they
 * the same. In every pair the two may then be swapped; the statistic is the sum of the logarithms
 * of the pairs' ratios, two-sided.
 *
 * <p>All 2ⁿ swaps are taken for up to {@value #MOST_EXACT} pairs, {@value #DRAWS} drawn ones beyond
 * (then p is (k + 1)/(draws + 1), Phipson and Smyth 2010). Of a ratio that is known within bounds
 * only what is certain enters, and 0 where it may be 1: the test errs to the side of no difference.
 * The smallest p is 2/2ⁿ, 0.0625 for five pairs: less than 0.05 needs six.
 */
public final class PairedPermutation {
  private static final int MOST_EXACT = 16;
  private static final int DRAWS = 100_000;
  private static final long SEED = 1;

  /** Sums of the same numbers in another order differ by that much. */
  private static final double ROUNDING = 1e-9;

  private PairedPermutation() {}

  /**
   * The probability p.
   *
   * @param ratios one of each pair; not empty
   */
  public static double pValue(List<Bounds> ratios) {
    double[] scores = ratios.stream().mapToDouble(PairedPermutation::certain).toArray();
    int pairs = scores.length;
    double observed = Math.abs(sum(scores, 0)) * (1 - ROUNDING) - ROUNDING;
    long asFar = 0;
    if (pairs <= MOST_EXACT) {
      for (long swaps = 0; swaps < 1L << pairs; swaps++) {
        asFar += Math.abs(sum(scores, swaps)) >= observed ? 1 : 0;
      }
      return (double) asFar / (1L << pairs);
    }
    SplittableRandom random = new SplittableRandom(SEED);
    for (int draw = 0; draw < DRAWS; draw++) {
      double sum = 0;
      for (double score : scores) {
        sum += random.nextBoolean() ? score : -score;
      }
      asFar += Math.abs(sum) >= observed ? 1 : 0;
    }
    return (asFar + 1.0) / (DRAWS + 1.0);
  }

  private static double sum(double[] scores, long swaps) {
    double sum = 0;
    for (int pair = 0; pair < scores.length; pair++) {
      sum += ((swaps >> pair) & 1) == 0 ? scores[pair] : -scores[pair];
    }
    return sum;
  }

  /** The logarithm of that end of a ratio which is nearer to 1; 0 if 1 lies between them. */
  private static double certain(Bounds ratio) {
    if (ratio.low() > 1) {
      return Math.log(ratio.low());
    }
    return ratio.high() < 1 && ratio.high() > 0 ? Math.log(ratio.high()) : 0;
  }
}
