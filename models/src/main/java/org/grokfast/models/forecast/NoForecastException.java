package org.grokfast.models.forecast;

/**
 * The run is sound, but nothing can be forecast from it. The message says why, what was expected
 * and what to do.
 */
public final class NoForecastException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An exception with a message for the user. */
  public NoForecastException(String message) {
    super(message);
  }
}
