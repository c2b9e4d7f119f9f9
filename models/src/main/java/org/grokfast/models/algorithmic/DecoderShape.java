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
    return new DecoderShape(tokens, 5, 128, 4, 2);
  }

  int headWidth() {
    return width / heads;
  }
}
