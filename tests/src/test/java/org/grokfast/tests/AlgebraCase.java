package org.grokfast.tests;

import org.grokfast.filter.algebra.BinaryOp;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.UnaryOp;

/** Expressions that together use every operation of the algebra on tensors. */
public enum AlgebraCase {
  /** The variable itself. */
  VARIABLE {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return v;
    }
  },
  ABS {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.unary(UnaryOp.ABS, g);
    }
  },
  NEGATE {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.unary(UnaryOp.NEGATE, g);
    }
  },
  SIGN {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.unary(UnaryOp.SIGN, g);
    }
  },
  SQUARE {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.unary(UnaryOp.SQUARE, g);
    }
  },
  SQRT {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.unary(UnaryOp.SQRT, ops.unary(UnaryOp.ABS, g));
    }
  },
  RECIPROCAL {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.unary(UnaryOp.RECIPROCAL, aboveOne(ops, g));
    }
  },
  EXP {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.unary(UnaryOp.EXP, g);
    }
  },
  LOG {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.unary(UnaryOp.LOG, aboveOne(ops, g));
    }
  },
  TANH {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.unary(UnaryOp.TANH, g);
    }
  },
  ADD {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.plus(g, v);
    }
  },
  SUBTRACT {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.minus(g, v);
    }
  },
  MULTIPLY {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.times(g, ops.plus(v, ops.broadcast(ops.parameter("lamb", 0.5))));
    }
  },
  DIVIDE {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.over(g, aboveOne(ops, v));
    }
  },
  DIVIDE_OR_ZERO {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      T zero = ops.broadcast(ops.constant(0));
      return ops.binary(BinaryOp.DIVIDE_OR_ZERO, g, ops.binary(BinaryOp.MAXIMUM, g, zero));
    }
  },
  MAXIMUM {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.binary(BinaryOp.MAXIMUM, g, v);
    }
  },
  MINIMUM {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.binary(BinaryOp.MINIMUM, g, ops.broadcast(ops.constant(0.25)));
    }
  },
  POWER {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.binary(BinaryOp.POWER, aboveOne(ops, g), ops.broadcast(ops.constant(0.75)));
    }
  },
  /** The sum of all elements. */
  SUM {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.times(g, ops.sum(v));
    }
  },
  /** The gradient without its part along the variable. */
  DOT {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      T along = ops.binary(BinaryOp.DIVIDE_OR_ZERO, ops.dot(g, v), ops.dot(v, v));
      return ops.minus(g, ops.times(along, v));
    }
  },
  NORMALIZED {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.normalized(g, 1e-3);
    }
  },
  /** The sums along every dimension by itself. */
  SUM_AXES {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      T result = g;
      for (int axis = 0; axis < ops.shape().size(); axis++) {
        T squares = ops.sum(ops.unary(UnaryOp.SQUARE, g), java.util.List.of(axis));
        result = ops.over(result, ops.unary(UnaryOp.SQRT, aboveOne(ops, squares)));
      }
      return result;
    }
  },
  /** Products of matrices, each way of transposing them. */
  MATMUL {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      if (ops.shape().size() != 2) {
        return g;
      }
      T x = ops.normalized(g, 1);
      T left = ops.matmul(x, ops.plus(v, x), false, true);
      T right = ops.matmul(x, v, true, false);
      T turned = ops.matmul(right, x, true, true);
      T back = ops.matmul(ops.plus(turned, ops.matmul(x, left, true, false)), left, false, false);
      return ops.plus(ops.matmul(left, x, false, false), ops.matmul(left, back, false, true));
    }
  },
  GRAM {
    @Override
    <S, T> T of(FilterOps<S, T> ops, T g, T v) {
      return ops.shape().size() == 2 ? ops.product(ops.gram(ops.normalized(g, 1)), v) : g;
    }
  };

  private static <S, T> T aboveOne(FilterOps<S, T> ops, T x) {
    return ops.plus(ops.unary(UnaryOp.ABS, x), ops.broadcast(ops.constant(1)));
  }

  /**
   * The expression.
   *
   * @param g the gradient
   * @param v the variable
   */
  abstract <S, T> T of(FilterOps<S, T> ops, T g, T v);
}
