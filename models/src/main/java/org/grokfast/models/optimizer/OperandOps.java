package org.grokfast.models.optimizer;

import java.util.Arrays;
import java.util.List;
import org.grokfast.filter.algebra.BinaryOp;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.UnaryOp;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TType;

/**
 * The algebra of filters over operations of a graph that is being built, as far as arithmetic goes:
 * what a filter has beyond it, its state, step and conditions, is refused.
 *
 * @param <T> the type of the variable
 */
final class OperandOps<T extends TType> implements FilterOps<Operand<TFloat64>, Operand<T>> {
  private final Ops tf;
  private final Output<T> variable;

  OperandOps(Ops tf, Output<T> variable) {
    this.tf = tf;
    this.variable = variable;
  }

  @Override
  public Operand<TFloat64> constant(double value) {
    return tf.constant(value);
  }

  @Override
  public Operand<TFloat64> parameter(String name, double value) {
    return constant(value);
  }

  @Override
  public Operand<TFloat64> scalar(ScalarOp op, Operand<TFloat64> a, Operand<TFloat64> b) {
    return switch (op) {
      case ADD -> tf.math.add(a, b);
      case SUBTRACT -> tf.math.sub(a, b);
      case MULTIPLY -> tf.math.mul(a, b);
      case DIVIDE -> tf.math.div(a, b);
      case POWER -> tf.math.pow(a, b);
      case MINIMUM -> tf.math.minimum(a, b);
      case MODULO, LESS -> throw unsupported(op.name());
    };
  }

  @Override
  public List<Long> shape() {
    return Arrays.stream(variable.shape().asArray()).boxed().toList();
  }

  @Override
  public Operand<T> broadcast(Operand<TFloat64> scalar) {
    return tf.dtypes.cast(scalar, variable.type());
  }

  @Override
  public Operand<T> scale(Operand<TFloat64> factor, Operand<T> x) {
    return tf.math.mul(broadcast(factor), x);
  }

  @Override
  public Operand<T> unary(UnaryOp op, Operand<T> x) {
    return switch (op) {
      case NEGATE -> tf.math.neg(x);
      case SQUARE -> tf.math.square(x);
      case SQRT -> tf.math.sqrt(x);
      case RECIPROCAL -> tf.math.reciprocal(x);
      case EXP -> tf.math.exp(x);
      case LOG -> tf.math.log(x);
      case TANH -> tf.math.tanh(x);
      case ABS, SIGN -> throw unsupported(op.name());
    };
  }

  @Override
  public Operand<T> binary(BinaryOp op, Operand<T> a, Operand<T> b) {
    return switch (op) {
      case ADD -> tf.math.add(a, b);
      case SUBTRACT -> tf.math.sub(a, b);
      case MULTIPLY -> tf.math.mul(a, b);
      case DIVIDE -> tf.math.div(a, b);
      case DIVIDE_OR_ZERO -> tf.math.divNoNan(a, b);
      case POWER -> tf.math.pow(a, b);
      case MAXIMUM, MINIMUM -> throw unsupported(op.name());
    };
  }

  @Override
  public Operand<T> matmul(Operand<T> a, Operand<T> b, boolean transposeA, boolean transposeB) {
    return tf.linalg.matMul(a, b, MatMul.transposeA(transposeA), MatMul.transposeB(transposeB));
  }

  @Override
  public Operand<T> sum(Operand<T> x) {
    return tf.reduceSum(x, tf.range(tf.constant(0), tf.rank(x), tf.constant(1)));
  }

  @Override
  public Operand<TFloat64> stepNumber() {
    throw unsupported("the number of the step");
  }

  @Override
  public Operand<TFloat64> select(
      Operand<TFloat64> condition, Operand<TFloat64> a, Operand<TFloat64> b) {
    throw unsupported("a condition");
  }

  @Override
  public Operand<T> variable() {
    throw unsupported("the variable");
  }

  @Override
  public Operand<T> amplify(Operand<TFloat64> gain, Operand<T> x) {
    throw unsupported("a gain");
  }

  @Override
  public Operand<T> sum(Operand<T> x, List<Integer> axes) {
    throw unsupported("a sum along dimensions");
  }

  @Override
  public Operand<T> where(Operand<TFloat64> condition, Operand<T> a, Operand<T> b) {
    throw unsupported("a condition");
  }

  @Override
  public Operand<T> whereFinite(Operand<T> probe, Operand<T> a, Operand<T> b) {
    throw unsupported("a condition");
  }

  @Override
  public Operand<T> stored(Operand<T> x) {
    throw unsupported("state");
  }

  @Override
  public Operand<T> slot(Operand<T> ring, Operand<TFloat64> index) {
    throw unsupported("state");
  }

  @Override
  public Operand<T> put(Operand<T> ring, Operand<TFloat64> index, Operand<T> value) {
    throw unsupported("state");
  }

  private static UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException("an optimizer's algebra has no " + what);
  }
}
