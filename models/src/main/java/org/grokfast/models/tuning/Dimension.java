package org.grokfast.models.tuning;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/**
 * A number that is varied. Its values are uniform on a logarithmic scale; those of alpha are on the
 * scale of the number of steps N that the average reaches back, alpha = 0.1^(1/N).
 *
 * @param name what it is: the name of a filter's parameter, or one of those in {@link SearchSpace}
 * @param kind how its values are written
 * @param start the value of the first trial; NaN if that has it as it is
 * @param low the smallest value; > 0
 * @param high the largest value
 */
public record Dimension(String name, Kind kind, double start, double low, double high) {
  private static final MathContext DIGITS = new MathContext(3);

  /** How much of a gradient is left in the average after N steps. */
  private static final double LEFT = 0.1;

  /** How the values of a number are written. */
  public enum Kind {
    /** A real number with three digits. */
    REAL,
    /** A whole number. */
    WHOLE,
    /** In (0, 1), with five digits. */
    ALPHA
  }

  /**
   * @throws IllegalArgumentException if the range is empty or not of positive numbers
   */
  public Dimension {
    boolean below = kind != Kind.ALPHA || high < 1;
    if (!(low > 0 && low <= high && Double.isFinite(high) && below)) {
      throw new IllegalArgumentException(
          "the range of "
              + name
              + " must be of positive numbers"
              + (kind == Kind.ALPHA ? " below 1" : "")
              + " with the smaller one first, was "
              + low
              + " to "
              + high);
    }
  }

  /** The paper's rule of thumb for a wanted speed-up N: alpha^N = 0.1. */
  public static double alphaOf(double steps) {
    return Math.pow(LEFT, 1 / steps);
  }

  private static double stepsOf(double alpha) {
    return Math.log(LEFT) / Math.log(alpha);
  }

  /** This number over another range. */
  public Dimension within(double least, double most) {
    return new Dimension(name, kind, start, least, most);
  }

  /** A number that the first trial leaves as it is. */
  public static Dimension withoutStart(String name, Kind kind, double low, double high) {
    return new Dimension(name, kind, Double.NaN, low, high);
  }

  /** Whether the first trial sets it. */
  public boolean hasStart() {
    return !Double.isNaN(start);
  }

  /** The value of the first trial as text. */
  public String startText() {
    return text(start);
  }

  /**
   * A value as text.
   *
   * @param share how far it is from the smallest to the largest, in [0, 1]
   */
  public String at(double share) {
    if (kind == Kind.ALPHA) {
      return text(alphaOf(between(stepsOf(low), stepsOf(high), share)));
    }
    return text(between(low, high, share));
  }

  private static double between(double low, double high, double share) {
    return low * Math.pow(high / low, share);
  }

  private String text(double value) {
    return switch (kind) {
      case REAL -> new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
      case WHOLE -> Long.toString(Math.round(value));
      case ALPHA -> String.format(Locale.ROOT, "%.5f", value);
    };
  }
}
