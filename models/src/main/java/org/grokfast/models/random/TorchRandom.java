package org.grokfast.models.random;

import java.util.Arrays;

/**
 * Draws what PyTorch 2.13 draws on a CPU after {@code torch.manual_seed(seed)}, call for call: a
 * model that makes the calls of a PyTorch program in their order starts from the same values and
 * sees the same batches.
 *
 * <p>{@link #uniform} and {@link #permutation} are equal to the bit on processors on which PyTorch
 * multiplies and adds in one rounding, as all with AVX2 do. {@link #normal} is within 1e-6: the
 * logarithm and the cosine differ in their last bits.
 *
 * <p>Not safe for use by several threads.
 */
public final class TorchRandom {
  /** From this size on PyTorch fills an array with uniform numbers and transforms blocks. */
  private static final int BLOCK = 16;

  private static final int HALF = BLOCK / 2;
  private static final float TWO_PI = (float) (2 * Math.PI);

  private final MersenneTwister words;
  private double spare = Double.NaN;

  /** The generator after {@code torch.manual_seed(seed)}: the low 32 bits count. */
  public TorchRandom(long seed) {
    words = new MersenneTwister((int) seed);
  }

  /** {@code torch.empty(size).uniform_(-bound, bound)}. */
  public float[] uniform(int size, double bound) {
    float low = (float) -bound;
    float width = (float) bound - low;
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = Math.fma(unitFloat(), width, low);
    }
    return values;
  }

  /** {@code torch.empty(size).normal_()}: mean 0, standard deviation 1. */
  public float[] normal(int size) {
    float[] values = new float[size];
    if (size < BLOCK) {
      for (int i = 0; i < size; i++) {
        values[i] = (float) nextNormal();
      }
      return values;
    }
    for (int i = 0; i < size; i++) {
      values[i] = unitFloat();
    }
    for (int start = 0; start <= size - BLOCK; start += BLOCK) {
      transform(values, start);
    }
    if (size % BLOCK != 0) {
      // The last whole block is drawn anew and covers the end of the one before.
      for (int i = size - BLOCK; i < size; i++) {
        values[i] = unitFloat();
      }
      transform(values, size - BLOCK);
    }
    return values;
  }

  /** {@code torch.randperm(size)}, for sizes below 2³²/20. */
  public int[] permutation(int size) {
    int[] order = new int[size];
    Arrays.setAll(order, i -> i);
    for (int i = 0; i < size - 1; i++) {
      int j = i + Integer.remainderUnsigned(words.nextInt(), size - i);
      int moved = order[j];
      order[j] = order[i];
      order[i] = moved;
    }
    return order;
  }

  /** {@code torch.empty((), dtype=torch.int64).random_()}: from 0 to 2⁶³ − 1. */
  public long seed() {
    long high = words.nextInt();
    long low = Integer.toUnsignedLong(words.nextInt());
    return (high << 32 | low) & Long.MAX_VALUE;
  }

  /** Box and Muller's transform (1958) of a block: its halves are the radii and the angles. */
  private static void transform(float[] values, int start) {
    for (int i = start; i < start + HALF; i++) {
      float radius = (float) Math.sqrt(-2 * (float) Math.log(1 - values[i]));
      float angle = TWO_PI * values[i + HALF];
      values[i] = radius * (float) Math.cos(angle);
      values[i + HALF] = radius * (float) Math.sin(angle);
    }
  }

  /** One number of a pair in double precision; the second is kept for the next call. */
  private double nextNormal() {
    if (!Double.isNaN(spare)) {
      double kept = spare;
      spare = Double.NaN;
      return kept;
    }
    double angle = 2 * Math.PI * unitDouble();
    double radius = Math.sqrt(-2 * Math.log1p(-unitDouble()));
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  private float unitFloat() {
    return (words.nextInt() & 0xFFFFFF) * 0x1p-24f;
  }

  private double unitDouble() {
    long high = words.nextInt();
    long low = Integer.toUnsignedLong(words.nextInt());
    return ((high << 32 | low) & ((1L << 53) - 1)) * 0x1p-53;
  }
}
