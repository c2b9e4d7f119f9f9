package org.grokfast.tools.verify;

import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.algebra.Precision;

/** The largest relative difference over several steps. */
public final class Deviation {
  private double largest;
  private int step = -1;
  private boolean identical = true;

  /**
   * Takes a step in.
   *
   * @param number the step, counted from 0
   * @param found what is to be judged
   * @param expected what it should be
   * @param scale the difference is taken relative to the largest element of this and of {@code
   *     expected}, as a sum that cancels is only as exact as its terms
   */
  public void add(int number, double[] found, double[] expected, double[] scale) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      boolean same = Double.compare(found[i], expected[i]) == 0;
      identical &= same;
      if (!same && found[i] != expected[i]) {
        double apart = Math.abs(found[i] - expected[i]);
        // NaN against a number, or two infinities, are as far apart as can be.
        difference = Math.max(difference, Double.isFinite(apart) ? apart : Double.MAX_VALUE);
      }
      size = Math.max(size, finite(expected[i]));
      size = Math.max(size, finite(scale[i]));
    }
    double relative = difference == 0 ? 0 : difference / Math.max(size, Double.MIN_NORMAL);
    if (relative > largest) {
      largest = Math.min(relative, Double.MAX_VALUE);
      step = number;
    }
  }

  private static double finite(double value) {
    return Double.isFinite(value) ? Math.abs(value) : 0;
  }

  /**
   * What roundings alone may come to. In the narrow formats a rounding may tip either way: a unit
   * in the last place. Float32 and float64 are exact, but for filters that amplify roundings.
   */
  public static double ofRounding(GradientFilter filter, Precision gradient) {
    return switch (gradient) {
      case FLOAT16 -> 0x1p-10;
      case BFLOAT16 -> 0x1p-7;
      case FLOAT32 -> filter.type().rounding();
      case FLOAT64 -> 0;
    };
  }

  /** The largest relative difference. */
  public double largest() {
    return largest;
  }

  /** The step of the largest difference; -1 where there is none. */
  public int step() {
    return step;
  }

  /** Whether all bits were the same. */
  public boolean identical() {
    return identical;
  }
}
