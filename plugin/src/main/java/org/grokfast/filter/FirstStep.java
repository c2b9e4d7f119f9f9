package org.grokfast.filter;

/** How an exponential moving average starts. */
public enum FirstStep {
  /** The state starts as the first gradient: what the reference implementation does. */
  GRADIENT,
  /** The state starts at zero and stays too small for about 1/(1 − alpha) steps. */
  ZERO,
  /** The state starts at zero, and state / (1 − alpha^t) is what is amplified. */
  DEBIAS
}
