package org.grokfast.filter.algebra;

/**
 * The algebra in which a filter is written once. An implementation gives it a meaning: plain
 * arrays, TensorFlow nodes, ONNX nodes.
 *
 * <p>Scalars are float64 and shared by all variables of a graph; conditions are scalars too, made
 * by {@link #less} and used by {@link #select} and {@link #where} alone. Tensors have the
 * variable's shape and the filter's computation format, with one rounding an operation.
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
    /** The condition a < b. */
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

  /** {@code factor · x}. */
  T scale(S factor, T x);

  /** {@code gain · x}, but exactly 0 where the gain is 0, even where x is NaN or infinite. */
  T amplify(S gain, T x);

  /** {@code a + b}. */
  T plus(T a, T b);

  /** {@code a − b}. */
  T minus(T a, T b);

  /** The whole of {@code a} where the condition holds, otherwise the whole of {@code b}. */
  T where(S condition, T a, T b);

  /** Element by element: {@code a} where {@code probe} is finite, otherwise {@code b}. */
  T whereFinite(T probe, T a, T b);

  /** {@code x} as it comes back from being stored: rounded where state is narrower. */
  T stored(T x);

  /** A matrix divided by its Frobenius norm, to which {@code floor} is added. */
  T normalized(T x, double floor);

  /**
   * The smaller Gram matrix of a matrix: {@code x·xᵀ} or, where x is taller than wide, {@code
   * xᵀ·x}.
   */
  T gram(T x);

  /**
   * The product of two matrices of the variable's smaller side, or of one with a matrix of the
   * variable's shape: from the left, or from the right where the variable is taller than wide.
   *
   * @param square a polynomial of a {@link #gram}
   * @param x another one, or a matrix of the variable's shape
   */
  T product(T square, T x);

  /** The tensor in a slot of a ring. */
  T slot(T ring, S index);

  /** The ring with one slot replaced. May happen in place: the old ring is not read afterwards. */
  T put(T ring, S index, T value);

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
