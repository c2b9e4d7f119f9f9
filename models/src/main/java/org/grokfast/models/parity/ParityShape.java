package org.grokfast.models.parity;

/**
 * A sparse parity: which of the ±1 inputs have their product taken, and how many examples there
 * are.
 *
 * @param bits the number of inputs, n; 1 to {@link #MOST_BITS}
 * @param subset the number of inputs that count, k; 1 to n
 * @param training the number of training examples; ≥ 1
 * @param validation the number of validation examples; ≥ 1
 * @param width the number of hidden units; ≥ 1
 */
public record ParityShape(int bits, int subset, int training, int validation, int width) {
  /** The largest n. */
  public static final int MOST_BITS = 10_000;

  /** Merrill et al. 2023, arXiv 2303.11873: (40, 3), 1,000 examples, width 1,000. */
  public static final ParityShape DEFAULT = new ParityShape(40, 3, 1_000, 1_000, 1_000);

  /** More inputs to all examples than this don't fit an array. */
  private static final long MOST_VALUES = 1L << 28;

  /**
   * @throws IllegalArgumentException if a number is outside its range
   */
  public ParityShape {
    require("bits", bits, MOST_BITS);
    if (subset < 1 || subset > bits) {
      throw new IllegalArgumentException(
          "subset must be from 1 to the number of bits, " + bits + ", was " + subset);
    }
    int most = (int) (MOST_VALUES / bits);
    require("training examples", training, most);
    require("validation examples", validation, most);
    require("width", width, MOST_BITS);
  }

  private static void require(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(name + " must be from 1 to " + most + ", was " + value);
    }
  }
}
