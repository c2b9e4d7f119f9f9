package org.grokfast.filter.options;

/** What a filter does with the elements of a gradient that are NaN or infinite. */
public enum NonFinite {
  /** They enter the state like any other value: what the reference implementation does. */
  PROPAGATE,
  /**
   * At those elements the state is left as it was and the gradient passes unchanged. A step counts
   * all the same: an element that is skipped in the first starts from zero.
   */
  SKIP
}
