package org.grokfast.filter.algebra;

/**
 * The operations on one tensor, element by element. Rounded once; {@link #EXP}, {@link #LOG} and
 * {@link #TANH} differ between runtimes by a few units in the last place.
 */
public enum UnaryOp {
  /** |x|. */
  ABS,
  /** −x. */
  NEGATE,
  /** −1, 0 or 1; of a NaN, NaN or 0, as the runtime has it. */
  SIGN,
  /** x². */
  SQUARE,
  /** The square root of x ≥ 0. */
  SQRT,
  /** 1/x. */
  RECIPROCAL,
  /** e to the power x. */
  EXP,
  /** The natural logarithm of x > 0. */
  LOG,
  /** The hyperbolic tangent. */
  TANH
}
