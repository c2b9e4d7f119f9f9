package org.grokfast.rewrite;

/** A graph is sound, but there is no gradient in it that a filter could be put on. */
public final class NothingToRewriteException extends GraphRewriteException {
  private static final long serialVersionUID = 1L;

  /** An exception with a message for the user. */
  public NothingToRewriteException(String message) {
    super(message);
  }
}
