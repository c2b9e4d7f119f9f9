package org.grokfast.models.training;

import java.util.Random;

/**
 * Random orders that depend on a seed and a stream number alone. The order of an epoch can thus be
 * made again at any time, and a checkpoint need not hold a generator's state.
 */
public final class Permutation {
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private Permutation() {}

  /**
   * The numbers 0..size−1 in random order.
   *
   * @param size how many
   * @param seed the seed of the run
   * @param stream which of the seed's orders; for a shuffle, the epoch
   */
  public static int[] of(int size, long seed, long stream) {
    // java.util.Random's sequence is fixed by its specification.
    Random random = new Random(mix(mix(seed) + GOLDEN_RATIO * (stream + 1)));
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
