package org.grokfast.models.random;

import java.util.Arrays;

/**
 * Draws what NumPy's global generator draws after {@code numpy.random.seed(seed)}, call for call.
 *
 * <p>Not safe for use by several threads.
 */
public final class NumpyRandom {
  private final MersenneTwister words;

  /** The generator after {@code numpy.random.seed(seed)}, for seeds from 0 to 2³² − 1. */
  public NumpyRandom(long seed) {
    words = new MersenneTwister((int) seed);
  }

  /** {@code numpy.random.permutation(size)}. */
  public int[] permutation(int size) {
    int[] order = new int[size];
    Arrays.setAll(order, i -> i);
    shuffle(order);
    return order;
  }

  /** {@code numpy.random.shuffle(values)}. */
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = upTo(i);
      int moved = values[i];
      values[i] = values[j];
      values[j] = moved;
    }
  }

  /** A number from 0 to {@code most}: as many bits as that has, drawn until they fit. */
  private int upTo(int most) {
    int mask = -1 >>> Integer.numberOfLeadingZeros(most);
    int drawn = words.nextInt() & mask;
    while (drawn > most) {
      drawn = words.nextInt() & mask;
    }
    return drawn;
  }
}
