package org.grokfast.models.forecast.features;

/** A number that says something of a run's first steps. */
public interface Feature {

  /** The name, which is also that of a column: lower-case words with dashes between them. */
  String name();

  /** What it is, with its unit. */
  String about();

  /**
   * Its value.
   *
   * @param run the first steps of a run
   */
  double of(EarlyRun run);
}
