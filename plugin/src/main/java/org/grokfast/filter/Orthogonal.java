package org.grokfast.filter;

import java.util.List;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.NewtonSchulz;
import org.grokfast.filter.algebra.SlowComponent;
import org.grokfast.filter.options.NonFinite;
import org.grokfast.filter.options.SparseGradients;

/**
 * The slow part of a matrix's gradients, orthogonalised: {@code m ← alpha·m + (1 − alpha)·g; g' = g
 * + lamb·orth((1 − alpha)·g + alpha·m)}, with m = 0 before the first step. {@code orth(x)} is about
 * {@code U·Vᵀ} for the singular value decomposition {@code x = U·Σ·Vᵀ}: every direction of the
 * matrix in which the gradient persists counts alike, however weak it is.
 *
 * <p>{@code orth} and the look-ahead are Muon's (see {@link NewtonSchulz}); here they feed whatever
 * optimizer the graph has. Since the result's norm does not depend on that of the gradient, it
 * outweighs g wherever the gradient's own norm is small.
 *
 * <p>Not linear, and the DC gain is not 1 + lamb. For variables of two dimensions alone; others are
 * left as they are. A step costs some 15 products with the smaller Gram matrix.
 *
 * @param alpha how much of the old average is kept; in [0, 1)
 * @param lamb how much of the orthogonal matrix is added; ≥ 0
 * @param options what all filters share; not with {@link SparseGradients#LAZY}, which has rows in
 *     place of matrices, nor with a compensated learning rate, as there is no gain to compensate
 */
public record Orthogonal(double alpha, double lamb, FilterOptions options)
    implements AdditiveFilter {

  /** Muon's momentum. */
  public static final double DEFAULT_ALPHA = 0.95;

  /** The whole of the orthogonal matrix. */
  public static final double DEFAULT_LAMB = 1.0;

  private static final Parameter<Double> ALPHA = AdditiveFilter.alpha(DEFAULT_ALPHA);
  private static final Parameter<Double> LAMB = AdditiveFilter.lamb(DEFAULT_LAMB);

  /** This kind of filter. */
  public static final FilterType<Orthogonal> TYPE =
      FilterType.of(
              "orthogonal",
              "the average's orthogonal factor, for matrices alone",
              "m ← alpha·m + (1 − alpha)·g, m = 0 at first;"
                  + " g' = g + lamb·orth(alpha·m + (1 − alpha)·g)",
              List.<Parameter<?>>of(ALPHA, LAMB),
              (values, options) -> new Orthogonal(values.get(ALPHA), values.get(LAMB), options))
          .forMatrices()
          .withoutLazyRows("needs whole matrices")
          .withoutCompensation()
          .withRounding(NewtonSchulz.ROUNDING);

  private static final List<StateTensor> STATE = List.of(StateTensor.stored("momentum"));

  /**
   * @throws IllegalArgumentException if alpha is outside [0, 1), lamb is negative or not finite, or
   *     an option is given that this filter can't have
   */
  public Orthogonal {
    AdditiveFilter.require(ALPHA, alpha, LAMB, lamb);
    TYPE.require(options);
  }

  /** Alpha 0.95, lamb 1. */
  public static Orthogonal defaults() {
    return of(DEFAULT_ALPHA, DEFAULT_LAMB);
  }

  /** A filter with the default options. */
  public static Orthogonal of(double alpha, double lamb) {
    return new Orthogonal(alpha, lamb, FilterOptions.DEFAULTS);
  }

  /** This filter with other options. */
  @Override
  public Orthogonal withOptions(FilterOptions other) {
    return new Orthogonal(alpha, lamb, other);
  }

  @Override
  public FilterType<Orthogonal> type() {
    return TYPE;
  }

  @Override
  public List<Object> values() {
    return List.of(alpha, lamb);
  }

  @Override
  public List<StateTensor> state() {
    return STATE;
  }

  @Override
  public <S, T> Observation<S, T> observe(FilterOps<S, T> ops, T gradient, List<T> state) {
    S keep = ops.parameter("alpha", alpha);
    S take = ops.subtract(ops.constant(1), keep);
    S gain = options.schedule().gain(ops, ops.parameter("lamb", lamb));
    T old = state.get(0);
    T fresh = ops.scale(take, gradient);
    T momentum = ops.plus(ops.scale(keep, old), fresh);
    T ahead = ops.plus(ops.scale(keep, momentum), fresh);
    if (options.nonFinite() == NonFinite.SKIP) {
      momentum = ops.whereFinite(gradient, momentum, old);
      ahead = ops.whereFinite(gradient, ahead, old);
    }
    return new Observation<>(
        new SlowComponent<>(gain, gain, NewtonSchulz.orthogonal(ops, ahead)), List.of(momentum));
  }
}
