package org.grokfast.filter;

import java.util.List;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.SlowComponent;
import org.grokfast.filter.options.NonFinite;

/**
 * The moving average over the last {@code window} gradients, the newest included: {@code g' = g +
 * lamb·avg}, with avg = Σq/|q| ({@link Averaging#MEAN}) or Σq ({@link Averaging#SUM}). With
 * warm-up, g' = g until the window is full.
 *
 * <p>A step costs the same whatever the window: a ring buffer holds the gradients and a running sum
 * takes the newest in and the oldest out. The sum would drift by a rounding error a step. A second
 * accumulator, {@code fresh}, is therefore filled from zero while the ring goes round once; when it
 * has gone round, {@code fresh} is exactly the float sum of the window, oldest to newest, and
 * replaces the running sum. No step ever sums the whole window. With u the unit roundoff (2⁻²⁴ in
 * float32) and G a bound of |g|, the running sum is off by at most 4·window²·u·G, however long the
 * training: at most window − 1 additions of terms below window·G went into {@code fresh}, and at
 * most 2·window more were made since.
 *
 * <p>A NaN or an infinity that has entered leaves the running sum with the next replacement after
 * it has left the window: within two windows, where a sum made anew in every step needs one.
 *
 * @param window the number of gradients; ≥ 1
 * @param lamb how much of the average is added; ≥ 0
 * @param averaging mean or sum
 * @param warmup whether nothing is added until the window is full
 * @param options what all filters share
 */
public record MovingAverage(
    int window, double lamb, Averaging averaging, boolean warmup, FilterOptions options)
    implements AdditiveFilter {

  /** The reference's default window. */
  public static final int DEFAULT_WINDOW = 100;

  /** The reference's default lamb. */
  public static final double DEFAULT_LAMB = 5.0;

  private static final Parameter<Integer> WINDOW =
      Parameter.whole(
          "window",
          DEFAULT_WINDOW,
          new Parameter.Range<>(">= 1", window -> window >= 1),
          new Parameter.Help("W", "the number of gradients averaged, in steps, >= 1"),
          new Parameter.Search(Parameter.Scale.STEPS, 2, 200));
  private static final Parameter<Double> LAMB = AdditiveFilter.lamb(DEFAULT_LAMB);
  private static final Parameter<Averaging> AVERAGING =
      Parameter.choice(
          "type",
          Averaging.MEAN,
          new Parameter.Help("TYPE", "amplify the mean or the sum of the window"));
  private static final Parameter<Boolean> WARMUP =
      Parameter.flag(
          "warmup", true, "amplify from the first step on, not only once the window is full");

  /** This kind of filter. */
  public static final FilterType<MovingAverage> TYPE =
      FilterType.of(
          "ma",
          "moving average",
          "g' = g + lamb·(mean or sum of the last window gradients), g' = g until there are as many",
          List.of(WINDOW, LAMB, AVERAGING, WARMUP),
          (values, options) ->
              new MovingAverage(
                  values.get(WINDOW),
                  values.get(LAMB),
                  values.get(AVERAGING),
                  values.get(WARMUP),
                  options));

  /**
   * @throws IllegalArgumentException if window is below 1, lamb is negative or not finite, or an
   *     override sets something else
   */
  public MovingAverage {
    WINDOW.require(window);
    LAMB.require(lamb);
    TYPE.require(options);
  }

  /** The reference's filter: window 100, lamb 5, mean, with warm-up. */
  public static MovingAverage defaults() {
    return of(DEFAULT_WINDOW, DEFAULT_LAMB);
  }

  /** A mean with warm-up and the default options. */
  public static MovingAverage of(int window, double lamb) {
    return new MovingAverage(window, lamb, Averaging.MEAN, true, FilterOptions.DEFAULTS);
  }

  /** This filter with another kind of average. */
  public MovingAverage withAveraging(Averaging other) {
    return new MovingAverage(window, lamb, other, warmup, options);
  }

  /** This filter with or without warm-up. */
  public MovingAverage withWarmup(boolean other) {
    return new MovingAverage(window, lamb, averaging, other, options);
  }

  /** This filter with other options. */
  @Override
  public MovingAverage withOptions(FilterOptions other) {
    return new MovingAverage(window, lamb, averaging, warmup, other);
  }

  @Override
  public FilterType<MovingAverage> type() {
    return TYPE;
  }

  @Override
  public List<Object> values() {
    return List.of(window, lamb, averaging, warmup);
  }

  @Override
  public List<StateTensor> state() {
    return List.of(
        StateTensor.ring("window", window),
        StateTensor.computed("sum"),
        StateTensor.computed("fresh"));
  }

  @Override
  public <S, T> Observation<S, T> observe(FilterOps<S, T> ops, T gradient, List<T> state) {
    S zero = ops.constant(0);
    S one = ops.constant(1);
    S size = ops.constant(window);
    S number = ops.age();
    S index = ops.scalar(FilterOps.ScalarOp.MODULO, ops.subtract(number, one), size);
    T ring = state.get(0);
    T oldest = ops.slot(ring, index);
    T newest =
        options.nonFinite() == NonFinite.SKIP
            ? ops.whereFinite(gradient, gradient, oldest)
            : gradient;
    newest = ops.stored(newest);

    S keepFresh = ops.select(ops.less(index, one), zero, one);
    T fresh = ops.plus(ops.amplify(keepFresh, state.get(2)), newest);
    T slid = ops.minus(ops.plus(state.get(1), newest), oldest);
    S lastSlot = ops.less(ops.constant(window - 1.5), index);
    T sum = ops.where(lastSlot, fresh, slid);

    S gain = options.schedule().gain(ops, ops.parameter("lamb", lamb));
    if (warmup) {
      gain = ops.select(ops.less(number, size), zero, gain);
    }
    S weight = averaging == Averaging.SUM ? gain : ops.divide(gain, ops.minimum(number, size));
    return new Observation<>(
        new SlowComponent<>(gain, weight, sum), List.of(ops.put(ring, index, newest), sum, fresh));
  }
}
