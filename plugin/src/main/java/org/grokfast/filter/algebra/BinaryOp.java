package org.grokfast.filter.algebra;

/**
 * The operations on two tensors, element by element and rounded once. Dimensions of size 1 and
 * missing leading ones are repeated, as by NumPy. {@link #POWER} differs between runtimes by a few
 * units in the last place.
 */
public enum BinaryOp {
  /** a + b. */
  ADD,
  /** a − b. */
  SUBTRACT,
  /** a · b. */
  MULTIPLY,
  /** a / b; infinite or NaN where b is 0. */
  DIVIDE,
  /** a / b, but 0 where b is 0. */
  DIVIDE_OR_ZERO,
  /** The larger of a and b; unspecified where one of them is NaN. */
  MAXIMUM,
  /** The smaller of a and b; unspecified where one of them is NaN. */
  MINIMUM,
  /** a to the power b, for a ≥ 0. */
  POWER
}
