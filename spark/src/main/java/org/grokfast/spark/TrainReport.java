package org.grokfast.spark;

import java.io.Serializable;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an executor has to say of a run.
 *
 * @param files the run's files
 * @param folder where they were there
 * @param log what the run printed
 * @param failure why it failed; null if it didn't
 */
record TrainReport(RunFiles files, String folder, String log, String failure)
    implements Serializable {

  /** A run of which there is nothing but why it failed. */
  static TrainReport nothing(String failure) {
    return new TrainReport(new RunFiles(new TreeMap<>()), "", failure + "\n", failure);
  }

  /** Why it failed. */
  Optional<String> reason() {
    return Optional.ofNullable(failure);
  }
}
