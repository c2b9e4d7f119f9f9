package org.grokfast.io;

/** What happens where the output already exists. */
public enum Overwrite {
  /** It is left alone and an exception is thrown. */
  REFUSE,
  /** It is replaced in one step, once the new one is whole. */
  REPLACE
}
