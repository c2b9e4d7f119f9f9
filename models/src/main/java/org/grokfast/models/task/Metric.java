package org.grokfast.models.task;

import java.util.Locale;

/** What the runs of a task are compared by, on the validation examples. */
public enum Metric {
  /** The share of right answers, in [0, 1]; higher is better. */
  ACCURACY,
  /** The loss; lower is better. */
  LOSS;

  /** The name in tables and files: {@code accuracy}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the higher of two values is the better one. */
  public boolean higherIsBetter() {
    return this == ACCURACY;
  }

  /** Whether {@code value} is better than {@code other}; a number is better than NaN. */
  public boolean isBetter(double value, double other) {
    if (Double.isNaN(value) || Double.isNaN(other)) {
      return !Double.isNaN(value);
    }
    return higherIsBetter() ? value > other : value < other;
  }
}
