package org.grokfast.models;

/**
 * A run that can't start, continue or be written. The message says what is wrong, where, what was
 * expected and what to do.
 */
public final class TrainingException extends RuntimeException {
  /** How the message begins where a loss is no finite number; the same run would end so again. */
  public static final String DIVERGED = "the loss became ";

  private static final long serialVersionUID = 1L;

  /** An exception with a message for the user. */
  public TrainingException(String message) {
    super(message);
  }

  /** An exception with a message for the user and what lies behind it. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
