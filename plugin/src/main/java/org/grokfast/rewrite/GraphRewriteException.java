package org.grokfast.rewrite;

/**
 * A graph cannot be rewritten. The message says what was wrong, where, what was expected and what
 * to do; it is meant for the user as it is.
 */
public class GraphRewriteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An exception with a message for the user. */
  public GraphRewriteException(String message) {
    super(message);
  }

  /** An exception with a message for the user and the cause for whoever debugs. */
  public GraphRewriteException(String message, Throwable cause) {
    super(message, cause);
  }
}
