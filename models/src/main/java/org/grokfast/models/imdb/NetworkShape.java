package org.grokfast.models.imdb;

/**
 * The sizes of the network.
 *
 * @param embedding the elements of a word's vector; 1 to {@link #MOST}
 * @param width the hidden units of each of the two layers; 1 to {@link #MOST}
 * @param initialScale what the initial parameters are multiplied by; finite, &gt; 0
 */
public record NetworkShape(int embedding, int width, double initialScale) {
  /** The reference's: vectors of 64, layers of 256, scale 6. */
  public static final NetworkShape DEFAULT = new NetworkShape(64, 256, 6);

  /** The largest size. */
  public static final int MOST = 8_192;

  /**
   * @throws IllegalArgumentException if a number is outside its range
   */
  public NetworkShape {
    Ranges.require("embedding", embedding, 1, MOST);
    Ranges.require("width", width, 1, MOST);
    if (!(initialScale > 0) || Double.isInfinite(initialScale)) {
      throw new IllegalArgumentException(
          "initial scale must be finite and > 0, was " + initialScale);
    }
  }
}
