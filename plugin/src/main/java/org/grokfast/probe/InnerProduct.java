package org.grokfast.probe;

import java.util.List;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.UnaryOp;

/** Inner products of what is there in a step. */
enum InnerProduct implements Quantity {
  /** ⟨θ, θ⟩. */
  WEIGHT,
  /** ⟨g, g⟩. */
  GRADIENT,
  /** ⟨g', g'⟩. */
  FILTERED,
  /** ⟨g, g'⟩. */
  BOTH;

  @Override
  public <S, T> List<T> measure(FilterOps<S, T> ops, Seen<T> seen, List<T> kept) {
    return List.of(
        switch (this) {
          case WEIGHT -> squares(ops, ops.variable());
          case GRADIENT -> squares(ops, seen.gradient());
          case FILTERED -> squares(ops, seen.filtered());
          case BOTH -> ops.dot(seen.gradient(), seen.filtered());
        });
  }

  static <S, T> T squares(FilterOps<S, T> ops, T x) {
    return ops.sum(ops.unary(UnaryOp.SQUARE, x));
  }
}
