package org.grokfast.filter;

import java.util.List;
import java.util.Map;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.FilterStep;

/**
 * A filter of one parameter's gradients over time. Immutable, and free of any graph format: it
 * writes itself once, as a pure function of (gradient, old state), in the algebra {@link
 * FilterOps}. Reading and writing the state, and their order, are the emitter's.
 *
 * <p>Source of the formulas: the authors' code (GitHub ironjr/grokfast, commit 93b2248, {@code
 * grokfast.py}); Lee et al. 2024, arXiv 2405.20233.
 */
public sealed interface GradientFilter permits Ema, MovingAverage, Orthogonal {

  /** The name of the kind, as on the command line: {@code ema}. */
  String kind();

  /** How much of the slow part is added; ≥ 0. */
  double lamb();

  /** The parameters that {@link FilterOps#parameter} is asked for, by name. */
  Map<String, Double> parameters();

  /** The options that all filters share. */
  FilterOptions options();

  /** The tensors that are kept for each variable. */
  List<StateTensor> state();

  /** Whether gradients of a shape can be filtered. */
  default boolean takes(List<Long> shape) {
    return true;
  }

  /**
   * Takes a gradient in: the new state, and what of it is to be added to the gradient.
   *
   * @param ops the algebra to write in
   * @param gradient the gradient, in the computation format
   * @param state the old state, in the order of {@link #state()} and in the computation format
   */
  <S, T> Observation<S, T> observe(FilterOps<S, T> ops, T gradient, List<T> state);

  /** One step: {@link #observe}, and the slow part added to the gradient. */
  default <S, T> FilterStep<T> step(FilterOps<S, T> ops, T gradient, List<T> state) {
    Observation<S, T> seen = observe(ops, gradient, state);
    return new FilterStep<>(add(ops, options(), gradient, seen.slow()), seen.state());
  }

  /** This filter with the first override that matches the variable applied. */
  GradientFilter forVariable(String variable);

  /** Every parameter and option, in a fixed order: what provenance entries and reports hold. */
  String describe();

  /**
   * Adds the slow part: {@code gradient + gain · slow}, divided by {@code 1 + gain} where the
   * options ask for it.
   */
  static <S, T> T add(FilterOps<S, T> ops, FilterOptions options, T gradient, Slow<S, T> slow) {
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
   * The slow part of a gradient.
   *
   * @param gain lamb as the schedule leaves it in this step
   * @param weight the factor of {@code tensor}: the gain and whatever normalises the tensor
   * @param tensor the average, or the sum that stands for it
   */
  record Slow<S, T>(S gain, S weight, T tensor) {}

  /**
   * What a filter makes of a gradient.
   *
   * @param slow what is to be added
   * @param state the new state, in the order of {@link #state()}
   */
  record Observation<S, T>(Slow<S, T> slow, List<T> state) {
    /** Makes the list immutable. */
    public Observation {
      state = List.copyOf(state);
    }
  }

  /** Checks alpha; lamb only tells whether the two were swapped. */
  static void requireAlpha(double alpha, double lamb) {
    if (!(alpha >= 0 && alpha < 1)) {
      String hint =
          alpha >= 1 && lamb >= 0 && lamb < 1
              ? "; lamb is " + lamb + ": were alpha and lamb swapped?"
              : "";
      throw new IllegalArgumentException("alpha must be in [0, 1), was " + alpha + hint);
    }
  }

  /** Checks lamb. */
  static void requireLamb(double lamb) {
    if (!(lamb >= 0) || Double.isInfinite(lamb)) {
      throw new IllegalArgumentException("lamb must be finite and >= 0, was " + lamb);
    }
  }
}
