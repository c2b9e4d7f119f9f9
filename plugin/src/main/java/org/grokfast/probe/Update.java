package org.grokfast.probe;

import java.util.List;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.UnaryOp;

/**
 * What the step before changed: {@code Δθ = θ(t) − θ(t−1)}, θ(t) being the weights before the
 * update of step t. Measured so, one step late, it needs nothing that comes after an update: the
 * order of a step stays as it is. It holds whatever else wrote the weights between the two updates,
 * such as decoupled decay. 0 in the first step.
 *
 * @param name the probe's name
 * @param about what is measured
 * @param formula its formula
 * @param relative whether it is divided by the norm of the weights
 */
record Update(String name, String about, String formula, boolean relative) implements Probe {
  static final Probe NORM =
      new Update(
          "update-norm",
          "the norm of the change that the step before made to the weights",
          "‖θ(t) − θ(t−1)‖",
          false);
  static final Probe RATIO =
      new Update(
          "update-ratio",
          "the same relative to the norm of the weights",
          "‖θ(t) − θ(t−1)‖ / ‖θ(t)‖",
          true);

  /** The sum of the squares of the change. */
  private enum Squares implements Quantity {
    CHANGE;

    @Override
    public List<String> kept() {
      return List.of("last");
    }

    @Override
    public <S, T> List<T> keep(FilterOps<S, T> ops, T gradient, List<T> kept) {
      return List.of(ops.variable());
    }

    @Override
    public <S, T> List<T> measure(FilterOps<S, T> ops, Seen<T> seen, List<T> kept) {
      T squares = InnerProduct.squares(ops, ops.minus(ops.variable(), kept.get(0)));
      S first = ops.less(ops.stepNumber(), ops.constant(2));
      return List.of(ops.amplify(ops.select(first, ops.constant(0), ops.constant(1)), squares));
    }
  }

  @Override
  public List<Quantity> quantities() {
    return relative ? List.of(Squares.CHANGE, InnerProduct.WEIGHT) : List.of(Squares.CHANGE);
  }

  @Override
  public <S, T> List<T> values(FilterOps<S, T> ops, List<T> sums) {
    T norm = ops.unary(UnaryOp.SQRT, sums.get(0));
    return List.of(relative ? ops.over(norm, ops.unary(UnaryOp.SQRT, sums.get(1))) : norm);
  }
}
