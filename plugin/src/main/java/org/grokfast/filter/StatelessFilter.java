package org.grokfast.filter;

import java.util.List;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.FilterStep;
import org.grokfast.filter.options.NonFinite;

/**
 * A filter without memory: what the optimizer sees depends on the gradient of the step and on the
 * variable alone. It keeps no state. Before {@code start-step} and from {@code stop-step} on, g' =
 * g.
 *
 * <p>With {@code non-finite=skip}, an element that is NaN or infinite counts as 0 for the others
 * and passes unchanged.
 *
 * <p>What it can't have, its type refuses: {@link FilterType#stateless()}.
 */
public interface StatelessFilter extends GradientFilter {

  /**
   * What the optimizer sees in place of a gradient.
   *
   * @param ops the algebra to write in
   * @param gradient the gradient, in the computation format
   */
  <S, T> T filter(FilterOps<S, T> ops, T gradient);

  @Override
  default List<StateTensor> state() {
    return List.of();
  }

  @Override
  default <S, T> FilterStep<T> step(FilterOps<S, T> ops, T gradient, List<T> state) {
    T output =
        options().nonFinite() == NonFinite.SKIP
            ? filterFinite(ops, gradient)
            : filter(ops, gradient);
    return new FilterStep<>(options().schedule().whereActive(ops, output, gradient), List.of());
  }

  private <S, T> T filterFinite(FilterOps<S, T> ops, T gradient) {
    T zeros = ops.amplify(ops.constant(0), gradient);
    T filtered = filter(ops, ops.whereFinite(gradient, gradient, zeros));
    return ops.whereFinite(gradient, filtered, gradient);
  }
}
