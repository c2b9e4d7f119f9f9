package org.grokfast.filter;

import java.util.List;
import org.grokfast.filter.algebra.BinaryOp;
import org.grokfast.filter.algebra.FilterOps;

/**
 * The part of the gradient that is perpendicular to the variable: {@code g' = g − (⟨g,θ⟩/⟨θ,θ⟩)·θ},
 * the products taken over the whole variable; g where θ = 0. It keeps the optimizer from merely
 * scaling the weights, the direction in which naive loss minimisation goes on after the training
 * data is fitted.
 *
 * <p>Source: L. Prieto et al. 2025, "Grokking at the Edge of Numerical Stability", arXiv 2501.04697
 * (⟂Grad). The gradient of a variable with a single element has no such part: it becomes 0, so that
 * such variables are to be excluded.
 *
 * @param options what all filters share; see {@link StatelessFilter} for those that it can't have
 */
public record Perpendicular(FilterOptions options) implements StatelessFilter {

  /** This kind of filter. Sums in float32 depend on their order, which is the runtime's. */
  public static final FilterType<Perpendicular> TYPE =
      FilterType.of(
              "perp",
              "the gradient's part perpendicular to the variable",
              "g' = g − (⟨g,θ⟩/⟨θ,θ⟩)·θ for the variable θ; g where θ = 0",
              List.<Parameter<?>>of(),
              (values, options) -> new Perpendicular(options))
          .stateless()
          .withRounding(1e-5);

  /**
   * @throws IllegalArgumentException if an option is given that this filter can't have
   */
  public Perpendicular {
    TYPE.require(options);
  }

  /** The filter with the default options. */
  public static Perpendicular defaults() {
    return new Perpendicular(FilterOptions.DEFAULTS);
  }

  /** This filter with other options. */
  @Override
  public Perpendicular withOptions(FilterOptions other) {
    return new Perpendicular(other);
  }

  @Override
  public FilterType<Perpendicular> type() {
    return TYPE;
  }

  @Override
  public List<Object> values() {
    return List.of();
  }

  @Override
  public boolean readsVariable() {
    return true;
  }

  @Override
  public <S, T> T filter(FilterOps<S, T> ops, T gradient) {
    T variable = ops.variable();
    T share =
        ops.binary(
            BinaryOp.DIVIDE_OR_ZERO, ops.dot(gradient, variable), ops.dot(variable, variable));
    return ops.minus(gradient, ops.times(share, variable));
  }
}
