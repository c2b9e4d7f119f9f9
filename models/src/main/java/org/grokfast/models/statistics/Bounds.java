package org.grokfast.models.statistics;

import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/**
 * A number ≥ 0 of which only an interval may be known. A crossing that a run of 3,000 steps did not
 * reach is above 3,000: {@code low} is 3,000 and {@code high} infinite. Whatever is derived from
 * such numbers has the bounds that follow; none is left out or replaced by a guess.
 *
 * @param low the number is at least this
 * @param high the number is at most this; may be infinite
 */
public record Bounds(double low, double high) {
  /** Nothing is known. */
  public static final Bounds UNKNOWN = new Bounds(0, Double.POSITIVE_INFINITY);

  /**
   * @throws IllegalArgumentException if the interval is empty or not of numbers ≥ 0
   */
  public Bounds {
    if (!(low >= 0 && low <= high)) {
      throw new IllegalArgumentException("no interval of numbers >= 0: " + low + " to " + high);
    }
  }

  /** A known number. */
  public static Bounds exactly(double value) {
    return new Bounds(value, value);
  }

  /** A number of which only is known that it is larger. */
  public static Bounds above(double value) {
    return new Bounds(value, Double.POSITIVE_INFINITY);
  }

  /** Whether the number is known. */
  public boolean isExact() {
    return low == high;
  }

  /**
   * The median: of the lower and of the upper bounds. The mean of the middle two for an even
   * number.
   */
  public static Bounds median(List<Bounds> values) {
    return new Bounds(middle(values, Bounds::low), middle(values, Bounds::high));
  }

  private static double middle(List<Bounds> values, ToDoubleFunction<Bounds> end) {
    double[] sorted = values.stream().mapToDouble(end).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /** The smallest of some numbers. */
  public static Bounds min(List<Bounds> values) {
    return new Bounds(
        values.stream().mapToDouble(Bounds::low).min().orElseThrow(),
        values.stream().mapToDouble(Bounds::high).min().orElseThrow());
  }

  /** The largest of some numbers. */
  public static Bounds max(List<Bounds> values) {
    return new Bounds(
        values.stream().mapToDouble(Bounds::low).max().orElseThrow(),
        values.stream().mapToDouble(Bounds::high).max().orElseThrow());
  }

  /** This number over another; nothing is known of a number over 0 or of infinity over itself. */
  public Bounds over(Bounds other) {
    double least = low / other.high;
    double most = high / other.low;
    return new Bounds(
        Double.isNaN(least) ? 0 : least, Double.isNaN(most) ? Double.POSITIVE_INFINITY : most);
  }

  /** This number times a known positive one. */
  public Bounds times(double factor) {
    return new Bounds(low * factor, high * factor);
  }

  /** As text: {@code 380}, {@code > 3000}, {@code < 0.4}, {@code 200 to 300} or {@code ?}. */
  public String text(DoubleFunction<String> format) {
    if (isExact()) {
      return format.apply(low);
    }
    if (Double.isInfinite(high)) {
      return low == 0 ? "?" : "> " + format.apply(low);
    }
    return low == 0 ? "< " + format.apply(high) : format.apply(low) + " to " + format.apply(high);
  }
}
