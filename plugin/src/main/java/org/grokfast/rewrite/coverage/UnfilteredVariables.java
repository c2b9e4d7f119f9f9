package org.grokfast.rewrite.coverage;

/** What to do where variables are trained and can't be filtered. */
public enum UnfilteredVariables {
  /** Refuse to rewrite, and name them. */
  REFUSE,

  /** Filter the others; the report names these first. */
  ALLOW
}
