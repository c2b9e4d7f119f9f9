package org.grokfast.filter.options;

/** What is done where a gradient comes as some rows and their numbers. */
public enum SparseGradients {
  /**
   * The rows are summed into a dense gradient, and the optimizer updates every row in every step:
   * exactly what a filter of dense gradients does. The cost of a step is that of the whole
   * variable.
   */
  DENSIFY,
  /**
   * Only the rows that occur are filtered, at a cost that is theirs. Every row is a filter of its
   * own, which sees the sums of the values of that row in the steps in which it occurs and counts
   * those steps: its first gradient, its bias correction and its window are its own. Only the
   * schedule (start, stop, ramp) goes by the steps of training. The slow part is added to the first
   * of the values of a row; rows and values go to the optimizer in their number and order, so that
   * with lamb 0 nothing changes at all.
   *
   * <p>This is another algorithm than the reference's, whose averages decay and act in every step:
   * a row that stays away keeps its average, and is not updated by it.
   */
  LAZY,
  /** The graph is rejected. */
  REFUSE
}
