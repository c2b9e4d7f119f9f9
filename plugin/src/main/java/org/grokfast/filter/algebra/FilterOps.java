package org.grokfast.filter.algebra;

import java.util.List;

/**
 * The algebra in which a filter is written once. An implementation gives it a meaning: plain
 * arrays, TensorFlow nodes, ONNX nodes.
 *
 * <p>Scalars are float64 and shared by all variables of a graph; conditions are scalars too, made
 * by {@link #less} and used by {@link #select} and {@link #where} alone. Tensors have the
 * variable's shape and the filter's computation format; every operation is rounded once. A tensor
 * that {@link #broadcast} or a sum gives is smaller and is repeated where it meets a larger one.
 *
 * <p>For the rows of a sparse gradient ({@code sparse=lazy}) every row is a variable of its own
 * with one dimension; there is no {@link #matmul} and no sum along some dimensions there.
 *
 * @param <S> a scalar
 * @param <T> a tensor
 */
public interface FilterOps<S, T> {

  /** The operations on two scalars. */
  enum ScalarOp {
    /** a + b. */
    ADD,
    /** a − b. */
    SUBTRACT,
    /** a · b. */
    MULTIPLY,
    /** a / b. */
    DIVIDE,
    /** a to the power b. */
    POWER,
    /** The smaller of a and b. */
    MINIMUM,
    /** a modulo b, for a ≥ 0 and b > 0. */
    MODULO,
    /** The condition {@code a < b}. */
    LESS
  }

  /** A fixed scalar. */
  S constant(double value);

  /** A scalar that a running session may change, such as {@code alpha}; {@code value} at first. */
  S parameter(String name, double value);

  /** The number of this step: 1 in the first. */
  S stepNumber();

  /**
   * How many gradients the average has seen, this one included: 1 at first. The number of the step,
   * except where every row of a variable counts the steps in which it occurs.
   */
  default S age() {
    return stepNumber();
  }

  /** One operation on two scalars. */
  S scalar(ScalarOp op, S a, S b);

  /** {@code a} where the condition holds, otherwise {@code b}. */
  S select(S condition, S a, S b);

  /** The variable's shape. */
  List<Long> shape();

  /**
   * The variable itself, before this step updates it. Only for a filter that declares that it reads
   * it.
   */
  T variable();

  /** A scalar as a tensor that is repeated where it meets another. */
  T broadcast(S scalar);

  /** {@code factor · x}. */
  T scale(S factor, T x);

  /** {@code gain · x}, but exactly 0 where the gain is 0, even where x is NaN or infinite. */
  T amplify(S gain, T x);

  /** One operation on one tensor. */
  T unary(UnaryOp op, T x);

  /** One operation on two tensors, of which one may be smaller. */
  T binary(BinaryOp op, T a, T b);

  /**
   * The product of two matrices.
   *
   * @param a of as many dimensions as the variable, which has two
   * @param b likewise
   * @param transposeA whether a is transposed
   * @param transposeB whether b is transposed
   */
  T matmul(T a, T b, boolean transposeA, boolean transposeB);

  /**
   * The sum of all elements.
   *
   * @param x of as many dimensions as the variable
   */
  T sum(T x);

  /**
   * The sums along some dimensions, each of which keeps the size 1.
   *
   * @param x of as many dimensions as the variable
   * @param axes the numbers of the dimensions, each once
   */
  T sum(T x, List<Integer> axes);

  /** The whole of {@code a} where the condition holds, otherwise the whole of {@code b}. */
  T where(S condition, T a, T b);

  /** Element by element: {@code a} where {@code probe} is finite, otherwise {@code b}. */
  T whereFinite(T probe, T a, T b);

  /** {@code x} as it comes back from being stored: rounded where state is narrower. */
  T stored(T x);

  /** The tensor in a slot of a ring. */
  T slot(T ring, S index);

  /** The ring with one slot replaced. May happen in place: the old ring is not read afterwards. */
  T put(T ring, S index, T value);

  /** {@code a + b}. */
  default T plus(T a, T b) {
    return binary(BinaryOp.ADD, a, b);
  }

  /** {@code a − b}. */
  default T minus(T a, T b) {
    return binary(BinaryOp.SUBTRACT, a, b);
  }

  /** {@code a · b}, element by element. */
  default T times(T a, T b) {
    return binary(BinaryOp.MULTIPLY, a, b);
  }

  /** {@code a / b}, element by element. */
  default T over(T a, T b) {
    return binary(BinaryOp.DIVIDE, a, b);
  }

  /** The inner product: the sum of all {@code a · b}. */
  default T dot(T a, T b) {
    return sum(times(a, b));
  }

  /** The Euclidean norm over all elements; of a matrix, the Frobenius norm. */
  default T norm(T x) {
    return unary(UnaryOp.SQRT, sum(unary(UnaryOp.SQUARE, x)));
  }

  /** A tensor divided by its norm, to which {@code floor} is added. */
  default T normalized(T x, double floor) {
    return over(x, plus(norm(x), broadcast(constant(floor))));
  }

  /** Whether the variable is a matrix with more rows than columns. */
  default boolean isTall() {
    return shape().get(0) > shape().get(1);
  }

  /**
   * The smaller Gram matrix of a matrix: {@code x·xᵀ} or, where x is taller than wide, {@code
   * xᵀ·x}.
   */
  default T gram(T x) {
    boolean tall = isTall();
    return matmul(x, x, tall, !tall);
  }

  /**
   * The product of a polynomial of a {@link #gram} with another one or with a matrix of the
   * variable's shape: from the left, or from the right where the variable is taller than wide.
   *
   * @param square the polynomial
   * @param x a polynomial of the same gram, or a matrix of the variable's shape
   */
  default T product(T square, T x) {
    return isTall() ? matmul(x, square, false, false) : matmul(square, x, false, false);
  }

  /** {@code a + b}. */
  default S add(S a, S b) {
    return scalar(ScalarOp.ADD, a, b);
  }

  /** {@code a − b}. */
  default S subtract(S a, S b) {
    return scalar(ScalarOp.SUBTRACT, a, b);
  }

  /** {@code a · b}. */
  default S multiply(S a, S b) {
    return scalar(ScalarOp.MULTIPLY, a, b);
  }

  /** {@code a / b}. */
  default S divide(S a, S b) {
    return scalar(ScalarOp.DIVIDE, a, b);
  }

  /** The smaller of the two. */
  default S minimum(S a, S b) {
    return scalar(ScalarOp.MINIMUM, a, b);
  }

  /** The condition {@code a < b}. */
  default S less(S a, S b) {
    return scalar(ScalarOp.LESS, a, b);
  }
}
