package org.grokfast.filter;

/** What is done where a gradient comes as some rows and their numbers. */
public enum SparseGradients {
  /**
   * The rows are summed into a dense gradient, and the optimizer updates every row in every step:
   * exactly what a filter of dense gradients does. The cost of a step is that of the whole
   * variable.
   */
  DENSIFY,
  /** The graph is rejected. */
  REFUSE
}
