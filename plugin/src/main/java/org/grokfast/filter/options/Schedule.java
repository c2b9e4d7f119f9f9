package org.grokfast.filter.options;

import org.grokfast.filter.algebra.FilterOps;

/**
 * When a filter amplifies. Steps are counted from 0; the state is kept up to date in every step,
 * whatever the schedule says.
 *
 * @param start the first step that is amplified
 * @param stop the first step that no longer is; {@link #NEVER} for none
 * @param ramp the number of steps over which lamb grows linearly from 0, beginning at {@code start}
 */
public record Schedule(long start, long stop, long ramp) {
  /** The value of {@code stop} that means: for as long as training runs. */
  public static final long NEVER = Long.MAX_VALUE;

  /** From the first step on, at full strength. */
  public static final Schedule ALWAYS = new Schedule(0, NEVER, 0);

  /**
   * @throws IllegalArgumentException if a count is negative or {@code stop} is not after {@code
   *     start}
   */
  public Schedule {
    if (start < 0) {
      throw new IllegalArgumentException("start-step must be >= 0, was " + start);
    }
    if (ramp < 0) {
      throw new IllegalArgumentException("ramp-steps must be >= 0, was " + ramp);
    }
    if (stop <= start) {
      throw new IllegalArgumentException(
          "stop-step must be after start-step, was " + stop + " with start-step " + start);
    }
  }

  /**
   * A tensor in the steps in which the filter acts, another one in the others. The ramp is nothing
   * to this.
   */
  public <S, T> T whereActive(FilterOps<S, T> ops, T active, T otherwise) {
    T result = active;
    if (start > 0) {
      S started = ops.less(ops.constant((double) start), ops.stepNumber());
      result = ops.where(started, result, otherwise);
    }
    if (stop != NEVER) {
      S stopped = ops.less(ops.constant((double) stop), ops.stepNumber());
      result = ops.where(stopped, otherwise, result);
    }
    return result;
  }

  /**
   * The amplification of one step: {@code lamb}, shaped by this schedule; exactly 0 where nothing
   * is to be added.
   */
  public <S> S gain(FilterOps<S, ?> ops, S lamb) {
    S zero = ops.constant(0);
    S number = ops.stepNumber();
    S gain = lamb;
    if (ramp > 0) {
      S elapsed = ops.subtract(number, ops.constant(start + 1.0));
      S fraction = ops.divide(elapsed, ops.constant((double) ramp));
      gain = ops.multiply(gain, ops.minimum(fraction, ops.constant(1)));
    }
    if (start > 0) {
      gain = ops.select(ops.less(ops.constant((double) start), number), gain, zero);
    }
    if (stop != NEVER) {
      gain = ops.select(ops.less(ops.constant((double) stop), number), zero, gain);
    }
    return gain;
  }
}
