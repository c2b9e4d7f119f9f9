package org.grokfast.probe;

import java.util.List;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.UnaryOp;

/**
 * A Euclidean norm: the root of a sum of squares.
 *
 * @param name the probe's name
 * @param about what is measured
 * @param formula its formula
 * @param squares the sum of squares
 */
record Norm(String name, String about, String formula, Quantity squares) implements Probe {
  static final Probe WEIGHT =
      new Norm(
          "weight-norm",
          "the norm of the weights, before the step's update",
          "‖θ‖",
          InnerProduct.WEIGHT);
  static final Probe GRADIENT =
      new Norm(
          "gradient-norm",
          "the norm of the gradient that enters the filter",
          "‖g‖",
          InnerProduct.GRADIENT);
  static final Probe FILTERED =
      new Norm("filtered-norm", "the norm of the filtered gradient", "‖g'‖", InnerProduct.FILTERED);

  @Override
  public List<Quantity> quantities() {
    return List.of(squares);
  }

  @Override
  public <S, T> List<T> values(FilterOps<S, T> ops, List<T> sums) {
    return List.of(ops.unary(UnaryOp.SQRT, sums.get(0)));
  }
}
