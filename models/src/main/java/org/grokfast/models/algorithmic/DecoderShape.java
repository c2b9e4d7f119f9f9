package org.grokfast.models.algorithmic;

/**
 * The sizes of a decoder.
 *
 * @param tokens the number of token classes
 * @param positions the size of the position table: the longest sequence
 * @param width the size of an embedding; a multiple of {@code heads}
 * @param heads the number of attention heads
 * @param blocks the number of blocks; ≥ 1
 */
public record DecoderShape(int tokens, int positions, int width, int heads, int blocks) {
  static final int REFERENCE_WIDTH = 128;
  static final int REFERENCE_HEADS = 4;
  static final int REFERENCE_BLOCKS = 2;

  /** The largest that the command line takes: a matrix of a block's MLP has 4 times its square. */
  static final int LARGEST_WIDTH = 1024;

  /** The most that the command line takes. */
  static final int MOST_BLOCKS = 16;

  /**
   * @throws IllegalArgumentException if a size is below 1 or heads does not divide width
   */
  public DecoderShape {
    if (tokens < 1 || positions < 1 || width < 1 || heads < 1 || blocks < 1) {
      throw new IllegalArgumentException(
          "every size of a decoder must be >= 1, was tokens "
              + tokens
              + ", positions "
              + positions
              + ", width "
              + width
              + ", heads "
              + heads
              + ", blocks "
              + blocks);
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "heads must divide width, was heads " + heads + ", width " + width);
    }
  }

  /** The reference's sizes: width 128, 4 heads, 2 blocks, 5 positions. */
  public static DecoderShape reference(int tokens) {
    return new DecoderShape(tokens, 5, REFERENCE_WIDTH, REFERENCE_HEADS, REFERENCE_BLOCKS);
  }

  /**
   * This shape with other sizes for the same tokens and positions.
   *
   * @throws IllegalArgumentException if a size is below 1 or heads does not divide width
   */
  DecoderShape sized(int otherWidth, int otherHeads, int otherBlocks) {
    return new DecoderShape(tokens, positions, otherWidth, otherHeads, otherBlocks);
  }

  int headWidth() {
    return width / heads;
  }
}
