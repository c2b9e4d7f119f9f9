package org.grokfast.filter;

import java.util.List;
import org.grokfast.filter.Parameter.Help;
import org.grokfast.filter.Parameter.Range;
import org.grokfast.filter.Parameter.Scale;
import org.grokfast.filter.Parameter.Search;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.FilterStep;
import org.grokfast.filter.algebra.SlowComponent;

/**
 * A filter that adds a slow component to the gradient: {@code g' = g + lamb·slow}. With lamb 0 a
 * gradient passes bit for bit. What is added is known apart from the gradient, so that it can be
 * given to single occurrences of a row ({@link org.grokfast.filter.options.SparseGradients#LAZY}).
 */
public interface AdditiveFilter extends GradientFilter {
  /** How much of the slow component is added; ≥ 0. */
  double lamb();

  /**
   * Updates the state; returns it with the slow component.
   *
   * @param ops the algebra to write in
   * @param gradient the gradient, in the computation format
   * @param state the old state, in the order of {@link #state()} and in the computation format
   */
  <S, T> Observation<S, T> observe(FilterOps<S, T> ops, T gradient, List<T> state);

  @Override
  default boolean passesWithoutLamb() {
    return true;
  }

  @Override
  default <S, T> FilterStep<T> step(FilterOps<S, T> ops, T gradient, List<T> state) {
    Observation<S, T> seen = observe(ops, gradient, state);
    return new FilterStep<>(add(ops, options(), gradient, seen.slow()), seen.state());
  }

  /**
   * Adds the slow component: {@code gradient + gain · slow}, divided by {@code 1 + gain} where the
   * options ask for it.
   */
  static <S, T> T add(
      FilterOps<S, T> ops, FilterOptions options, T gradient, SlowComponent<S, T> slow) {
    // g − (−w·m) rounds like g + w·m and, where w is 0, gives g itself, the sign of a zero
    // included.
    S negated = ops.subtract(ops.constant(0), slow.weight());
    T sum = ops.minus(gradient, ops.amplify(negated, slow.tensor()));
    if (!options.compensateLearningRate()) {
      return sum;
    }
    S one = ops.constant(1);
    return ops.scale(ops.divide(one, ops.add(one, slow.gain())), sum);
  }

  /**
   * What {@link #observe} gives.
   *
   * @param slow what is to be added
   * @param state the new state, in the order of {@link #state()}
   */
  record Observation<S, T>(SlowComponent<S, T> slow, List<T> state) {
    /** Makes the list immutable. */
    public Observation {
      state = List.copyOf(state);
    }
  }

  /** The parameter alpha: the share of an average that a step keeps. */
  static Parameter<Double> alpha(double defaultValue) {
    return Parameter.real(
        "alpha",
        defaultValue,
        new Range<>("in [0, 1)", alpha -> alpha >= 0 && alpha < 1),
        new Help("A", "how much of the old average is kept, in [0, 1)"),
        new Search(Scale.DECAY, 2, 200));
  }

  /** The parameter lamb. */
  static Parameter<Double> lamb(double defaultValue) {
    return Parameter.real(
        "lamb",
        defaultValue,
        new Range<>("finite and >= 0", lamb -> lamb >= 0 && !Double.isInfinite(lamb)),
        new Help("L", "how much of the average is added, >= 0"),
        // The paper's range; so is that of alpha, 0.8 to 0.99, about 10 to 200 steps.
        new Search(Scale.FACTOR, 0.1, 5));
  }

  /**
   * Checks alpha and lamb together.
   *
   * @throws IllegalArgumentException if one is out of its range, with a hint where the two look
   *     swapped
   */
  static void require(
      Parameter<Double> alphaParameter,
      double alpha,
      Parameter<Double> lambParameter,
      double lamb) {
    try {
      alphaParameter.require(alpha);
    } catch (IllegalArgumentException e) {
      if (alpha >= 1 && lamb >= 0 && lamb < 1) {
        throw new IllegalArgumentException(
            e.getMessage() + "; lamb is " + lamb + ": were alpha and lamb swapped?", e);
      }
      throw e;
    }
    lambParameter.require(lamb);
  }
}
