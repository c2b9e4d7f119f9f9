package org.grokfast.filter;

import java.util.List;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.SlowComponent;
import org.grokfast.filter.options.NonFinite;

/**
 * The exponential moving average: {@code m ← alpha·m + (1 − alpha)·g; g' = g + lamb·m}. With {@link
 * FirstStep#GRADIENT}, m is the first gradient after the first step, so that the first output is (1
 * + lamb)·g. {@code 1 − alpha} is taken in float64 and then rounded.
 *
 * <p>The gain at frequency ω is |1 + lamb·(1 − alpha)/(1 − alpha·e^(−iω))|: 1 + lamb for a constant
 * gradient, 1 + lamb·(1 − alpha)/(1 + alpha) for one that alternates.
 *
 * @param alpha how much of the old average is kept; in [0, 1)
 * @param lamb how much of the average is added; ≥ 0
 * @param firstStep how the average starts
 * @param options what all filters share
 */
public record Ema(double alpha, double lamb, FirstStep firstStep, FilterOptions options)
    implements AdditiveFilter {

  /** The reference's default alpha. */
  public static final double DEFAULT_ALPHA = 0.98;

  /** The reference's default lamb. */
  public static final double DEFAULT_LAMB = 2.0;

  private static final Parameter<Double> ALPHA = AdditiveFilter.alpha(DEFAULT_ALPHA);
  private static final Parameter<Double> LAMB = AdditiveFilter.lamb(DEFAULT_LAMB);
  private static final Parameter<FirstStep> FIRST_STEP =
      Parameter.choice(
          "first-step",
          FirstStep.GRADIENT,
          new Parameter.Help(
              "START",
              "start the average at the first gradient (gradient, the default), at zero (zero), or"
                  + " at zero with the bias divided out (debias)"));

  /** This kind of filter. */
  public static final FilterType<Ema> TYPE =
      FilterType.of(
          "ema",
          "exponential moving average",
          "m ← alpha·m + (1 − alpha)·g, m = g at first; g' = g + lamb·m",
          List.of(ALPHA, LAMB, FIRST_STEP),
          (values, options) ->
              new Ema(values.get(ALPHA), values.get(LAMB), values.get(FIRST_STEP), options));

  private static final List<StateTensor> STATE = List.of(StateTensor.stored("ema"));

  /**
   * @throws IllegalArgumentException if alpha is outside [0, 1), lamb is negative or not finite, or
   *     an override sets something else
   */
  public Ema {
    AdditiveFilter.require(ALPHA, alpha, LAMB, lamb);
    TYPE.require(options);
  }

  /** The reference's filter: alpha 0.98, lamb 2. */
  public static Ema defaults() {
    return of(DEFAULT_ALPHA, DEFAULT_LAMB);
  }

  /** A filter with the default options. */
  public static Ema of(double alpha, double lamb) {
    return new Ema(alpha, lamb, FirstStep.GRADIENT, FilterOptions.DEFAULTS);
  }

  /** This filter with another start. */
  public Ema withFirstStep(FirstStep start) {
    return new Ema(alpha, lamb, start, options);
  }

  /** This filter with other options. */
  @Override
  public Ema withOptions(FilterOptions other) {
    return new Ema(alpha, lamb, firstStep, other);
  }

  @Override
  public FilterType<Ema> type() {
    return TYPE;
  }

  @Override
  public List<Object> values() {
    return List.of(alpha, lamb, firstStep);
  }

  @Override
  public List<StateTensor> state() {
    return STATE;
  }

  @Override
  public <S, T> Observation<S, T> observe(FilterOps<S, T> ops, T gradient, List<T> state) {
    S one = ops.constant(1);
    S keep = ops.parameter("alpha", alpha);
    S take = ops.subtract(one, keep);
    S gain = options.schedule().gain(ops, ops.parameter("lamb", lamb));
    S weight = gain;
    if (firstStep == FirstStep.DEBIAS) {
      S power = ops.scalar(FilterOps.ScalarOp.POWER, keep, ops.age());
      weight = ops.divide(gain, ops.subtract(one, power));
    }
    if (firstStep == FirstStep.GRADIENT) {
      // Coefficients 0 and 1 in the first step make m the gradient without a pass over the tensor.
      S first = ops.less(ops.age(), ops.constant(2));
      keep = ops.select(first, ops.constant(0), keep);
      take = ops.select(first, one, take);
    }
    T old = state.get(0);
    T average = ops.plus(ops.scale(keep, old), ops.scale(take, gradient));
    if (options.nonFinite() == NonFinite.SKIP) {
      average = ops.whereFinite(gradient, average, old);
    }
    return new Observation<>(new SlowComponent<>(gain, weight, average), List.of(average));
  }
}
