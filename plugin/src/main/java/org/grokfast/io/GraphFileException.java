package org.grokfast.io;

import org.grokfast.rewrite.GraphRewriteException;

/**
 * A graph file can't be read, is not what it should be, breaks a limit or can't be written. The
 * message names the file and, where there is one, the node or field, and says what to do.
 */
public final class GraphFileException extends GraphRewriteException {
  private static final long serialVersionUID = 1L;

  /** An exception with a message for the user. */
  public GraphFileException(String message) {
    super(message);
  }

  /** An exception with a message for the user and what led to it. */
  public GraphFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
