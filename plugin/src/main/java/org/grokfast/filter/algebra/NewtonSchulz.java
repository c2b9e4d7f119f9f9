package org.grokfast.filter.algebra;

import java.util.List;

/**
 * The orthogonal factor of a matrix: about {@code U·Vᵀ} for the singular value decomposition {@code
 * x = U·Σ·Vᵀ}. Every direction of the matrix counts alike, however weak it is.
 *
 * <p>The matrix is divided by its Frobenius norm; then the odd polynomial {@code A·x + B·(x·xᵀ)·x +
 * C·(x·xᵀ)²·x} is taken five times, which drives singular values between about 0.001 and 1 into
 * about [0.7, 1.2]. A matrix of zeros stays one.
 *
 * <p>Each iteration multiplies x by a polynomial of its smaller Gram matrix, and so two of them in
 * a row multiply it by the product of two polynomials, with the Gram matrix that x has after the
 * first one known from these. For long matrices that are not small, three and then two iterations
 * are gathered in this way: four products go through the whole matrix instead of ten, beside 14 of
 * Gram matrices instead of five. All five at once would need two, but then what float32 rounds in
 * strong directions is multiplied by A⁵ as well.
 *
 * <p>It multiplies what is weak by up to A⁵ = 485, a rounding of float32 in a direction that the
 * matrix lacks included; several of these meet, so that float32 results of two implementations
 * agree to about {@link #ROUNDING} of the largest element.
 *
 * <p>Source of the iteration and its coefficients: Muon (K. Jordan et al. 2024, "Muon: An optimizer
 * for hidden layers in neural networks").
 */
public final class NewtonSchulz {
  /** How far results in float32 may be apart, relative to the largest element. */
  public static final double ROUNDING = 1e-4;

  private static final int[] ONE_BY_ONE = {1, 1, 1, 1, 1};
  private static final int[] GATHERED = {3, 2};

  /** The multiplications that gathering has to save: it takes some twenty operations more. */
  private static final long WORTH_GATHERING = 2_000_000;

  private static final double A = 3.4445;
  private static final double B = -4.7750;
  private static final double C = 2.0315;

  /** Keeps zeros at zero; Muon's value. */
  private static final double NORM_FLOOR = 1e-7;

  private NewtonSchulz() {}

  /**
   * The orthogonal factor.
   *
   * @param ops the algebra of a variable of two dimensions
   * @param matrix of the variable's shape
   */
  public static <S, T> T orthogonal(FilterOps<S, T> ops, T matrix) {
    T x = ops.normalized(matrix, NORM_FLOOR);
    for (int iterations : isWorthGathering(ops.shape()) ? GATHERED : ONE_BY_ONE) {
      x = iterated(ops, x, iterations);
    }
    return x;
  }

  /** It spares six products with the whole matrix and takes nine more of its shorter side. */
  private static boolean isWorthGathering(List<Long> shape) {
    double shorter = Math.min(shape.get(0), shape.get(1));
    double longer = Math.max(shape.get(0), shape.get(1));
    return shorter * shorter * (6 * longer - 9 * shorter) >= WORTH_GATHERING;
  }

  /** So many iterations at once. */
  private static <S, T> T iterated(FilterOps<S, T> ops, T x, int iterations) {
    T gram = ops.gram(x);
    T last = polynomial(ops, gram);
    // All iterations so far multiply x by factor·1 + rest, the last one of them by A·1 + last.
    double factor = A;
    T rest = last;
    for (int i = 1; i < iterations; i++) {
      // Polynomials of one matrix commute: the Gram matrix of (A·1 + last)·x.
      gram = times(ops, A, last, times(ops, A, last, gram));
      last = polynomial(ops, gram);
      rest = ops.plus(ops.scale(ops.constant(factor), last), times(ops, A, last, rest));
      factor *= A;
    }
    return times(ops, factor, rest, x);
  }

  /** {@code B·gram + C·gram²}. */
  private static <S, T> T polynomial(FilterOps<S, T> ops, T gram) {
    return ops.plus(
        ops.scale(ops.constant(B), gram), ops.scale(ops.constant(C), ops.product(gram, gram)));
  }

  /** {@code (factor·1 + polynomial)·x}. */
  private static <S, T> T times(FilterOps<S, T> ops, double factor, T polynomial, T x) {
    return ops.plus(ops.scale(ops.constant(factor), x), ops.product(polynomial, x));
  }
}
