package org.grokfast.models.training;

import java.util.Arrays;

/** The durations of steps, for their median. */
final class StepTimes {
  private static final double NANOSECONDS_A_MILLISECOND = 1e6;

  private long[] nanoseconds = new long[1024];
  private int count;

  void add(long duration) {
    if (count == nanoseconds.length) {
      nanoseconds = Arrays.copyOf(nanoseconds, 2 * count);
    }
    nanoseconds[count++] = duration;
  }

  /** NaN if there is none. */
  double medianMilliseconds() {
    if (count == 0) {
      return Double.NaN;
    }
    long[] sorted = Arrays.copyOf(nanoseconds, count);
    Arrays.sort(sorted);
    double low = sorted[(count - 1) / 2];
    double high = sorted[count / 2];
    return (low + high) / 2 / NANOSECONDS_A_MILLISECOND;
  }
}
