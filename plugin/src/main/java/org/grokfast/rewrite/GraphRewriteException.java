package org.grokfast.rewrite;

/** A graph could not be read, changed or written; the message says what, where and what to do. */
public class GraphRewriteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An exception with a message for the user. */
  public GraphRewriteException(String message) {
    super(message);
  }

  /** An exception with a message for the user and what led to it. */
  public GraphRewriteException(String message, Throwable cause) {
    super(message, cause);
  }
}
