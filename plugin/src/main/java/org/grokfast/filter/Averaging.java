package org.grokfast.filter;

/** What a moving average amplifies. */
public enum Averaging {
  /** The sum of the gradients in the window divided by how many there are. */
  MEAN,
  /** The sum alone. */
  SUM
}
