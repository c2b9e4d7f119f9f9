package org.grokfast.models.task;

/** The part of the data that an example belongs to. */
public enum Split {
  /** What the parameters are fitted to. */
  TRAINING,
  /** What the model is judged by. */
  VALIDATION
}
