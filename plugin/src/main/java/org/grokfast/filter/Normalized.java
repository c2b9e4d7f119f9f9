package org.grokfast.filter;

import java.util.List;
import org.grokfast.filter.algebra.FilterOps;

/**
 * The direction of the gradient: {@code g' = g/(‖g‖ + 1e-8)} with the Euclidean norm over each
 * variable. A gradient of zeros stays one.
 *
 * @param options what all filters share; see {@link StatelessFilter} for those that it can't have
 */
public record Normalized(FilterOptions options) implements StatelessFilter {
  private static final double NORM_FLOOR = 1e-8;

  /** This kind of filter. Sums in float32 depend on their order, which is the runtime's. */
  public static final FilterType<Normalized> TYPE =
      FilterType.of(
              "normalize",
              "the gradient divided by its norm",
              "g' = g/(‖g‖ + 1e-8) for each variable",
              List.<Parameter<?>>of(),
              (values, options) -> new Normalized(options))
          .stateless()
          .withRounding(1e-5);

  /**
   * @throws IllegalArgumentException if an option is given that this filter can't have
   */
  public Normalized {
    TYPE.require(options);
  }

  /** The filter with the default options. */
  public static Normalized defaults() {
    return new Normalized(FilterOptions.DEFAULTS);
  }

  /** This filter with other options. */
  @Override
  public Normalized withOptions(FilterOptions other) {
    return new Normalized(other);
  }

  @Override
  public FilterType<Normalized> type() {
    return TYPE;
  }

  @Override
  public List<Object> values() {
    return List.of();
  }

  @Override
  public <S, T> T filter(FilterOps<S, T> ops, T gradient) {
    return ops.normalized(gradient, NORM_FLOOR);
  }
}
