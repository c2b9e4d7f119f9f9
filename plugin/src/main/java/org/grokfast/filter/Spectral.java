package org.grokfast.filter;

import java.util.List;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.NewtonSchulz;

/**
 * The orthogonal factor of a matrix's gradient: {@code g' = scale·orth(g)}, so that every direction
 * of the matrix learns at the same speed. {@code orth} is that of {@link Orthogonal}, by {@link
 * NewtonSchulz}, without momentum. For variables of two dimensions alone; others are left as they
 * are.
 *
 * <p>Source: egalitarian gradient descent (EGD), arXiv 2510.04930, which takes the exact
 * decomposition.
 *
 * @param scale the factor of the orthogonal matrix; > 0
 * @param options what all filters share; see {@link StatelessFilter} for those that it can't have
 */
public record Spectral(double scale, FilterOptions options) implements StatelessFilter {
  private static final Parameter<Double> SCALE =
      Parameter.real(
          "scale",
          1,
          new Parameter.Range<>("finite and > 0", scale -> scale > 0 && !scale.isInfinite()),
          new Parameter.Help("S", "the factor of the orthogonal matrix, > 0"),
          new Parameter.Search(Parameter.Scale.FACTOR, 0.1, 10));

  /** This kind of filter. */
  public static final FilterType<Spectral> TYPE =
      FilterType.of(
              "spectral",
              "the gradient's orthogonal factor, for matrices alone",
              "g' = scale·orth(g)",
              List.<Parameter<?>>of(SCALE),
              (values, options) -> new Spectral(values.get(SCALE), options))
          .forMatrices()
          .stateless()
          .withRounding(NewtonSchulz.ROUNDING);

  /**
   * @throws IllegalArgumentException if scale is not positive and finite, or an option is given
   *     that this filter can't have
   */
  public Spectral {
    SCALE.require(scale);
    TYPE.require(options);
  }

  /** Scale 1. */
  public static Spectral defaults() {
    return of(1);
  }

  /** A filter with the default options. */
  public static Spectral of(double scale) {
    return new Spectral(scale, FilterOptions.DEFAULTS);
  }

  /** This filter with other options. */
  @Override
  public Spectral withOptions(FilterOptions other) {
    return new Spectral(scale, other);
  }

  @Override
  public FilterType<Spectral> type() {
    return TYPE;
  }

  @Override
  public List<Object> values() {
    return List.of(scale);
  }

  @Override
  public <S, T> T filter(FilterOps<S, T> ops, T gradient) {
    return ops.scale(ops.parameter("scale", scale), NewtonSchulz.orthogonal(ops, gradient));
  }
}
