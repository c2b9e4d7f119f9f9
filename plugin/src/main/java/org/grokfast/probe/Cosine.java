package org.grokfast.probe;

import java.util.List;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.UnaryOp;

/**
 * The cosine of the angle between the gradient and the filtered gradient: 1 where the filter leaves
 * the direction alone. NaN where one of them is 0, as there is no angle then.
 */
record Cosine() implements Probe {

  @Override
  public String name() {
    return "cosine";
  }

  @Override
  public String about() {
    return "the cosine of the gradient and the filtered gradient";
  }

  @Override
  public String formula() {
    return "⟨g, g'⟩ / (‖g‖·‖g'‖)";
  }

  @Override
  public List<Quantity> quantities() {
    return List.of(InnerProduct.BOTH, InnerProduct.GRADIENT, InnerProduct.FILTERED);
  }

  @Override
  public <S, T> List<T> values(FilterOps<S, T> ops, List<T> sums) {
    // The root of each: their product overflows sooner.
    T norms = ops.times(ops.unary(UnaryOp.SQRT, sums.get(1)), ops.unary(UnaryOp.SQRT, sums.get(2)));
    return List.of(ops.over(sums.get(0), norms));
  }
}
