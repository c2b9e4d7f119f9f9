package org.grokfast.proof;

/** Several scalars as functions of one variable, everything else being as it is. */
@FunctionalInterface
public interface Losses {
  /** The scalars where the variable has these elements. */
  double[] at(double[] variable);
}
