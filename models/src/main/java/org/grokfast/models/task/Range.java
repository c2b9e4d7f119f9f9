package org.grokfast.models.task;

/**
 * The numbers that a setting may be.
 *
 * @param low the smallest
 * @param high the largest
 * @param open whether the two ends themselves are excluded
 * @param text what a value must be, as in "must be from 1 to 9"
 */
public record Range(double low, double high, boolean open, String text) {

  /** The whole numbers from {@code low} to {@code high}, both included. */
  public static Range of(int low, int high) {
    return new Range(low, high, false, "from " + low + " to " + high);
  }

  /** The finite numbers above 0. */
  public static Range positive() {
    return new Range(0, Double.POSITIVE_INFINITY, true, "finite and > 0");
  }

  /** The finite numbers from 0 on. */
  public static Range notNegative() {
    return new Range(0, Double.MAX_VALUE, false, "finite and >= 0");
  }

  /** The numbers between two, both excluded. */
  public static Range between(double low, double high) {
    return new Range(low, high, true, "in (" + low + ", " + high + ")");
  }

  /** This range in other words, where not every number in it will do. */
  public Range described(String words) {
    return new Range(low, high, open, words);
  }

  /** Whether a number is in it; NaN is in none. */
  public boolean contains(double value) {
    return open ? value > low && value < high : value >= low && value <= high;
  }
}
