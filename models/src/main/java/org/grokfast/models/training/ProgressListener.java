package org.grokfast.models.training;

/** Is told of every step, on the training thread. */
@FunctionalInterface
public interface ProgressListener {
  /** A listener that does nothing. */
  ProgressListener NONE = progress -> {};

  /** After an update, and after the validation if it had one. */
  void onStep(Progress progress);
}
