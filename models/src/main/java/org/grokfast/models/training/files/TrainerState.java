package org.grokfast.models.training.files;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a checkpoint holds beside the variables and the metrics; written as JSON.
 *
 * @param format the version of this layout
 * @param task the task's name
 * @param settings the task's settings
 * @param trajectory what the training depends on
 * @param arguments the caller's own
 * @param step the number of updates made; the epoch's order and the place in it follow from it
 * @param epoch the running mean since the last validation
 * @param learningRate the rate of the last update
 * @param accuracy that of the last update's batch; null for a regression, and in checkpoints of
 *     versions in which no update depended on it
 * @param seconds how long was trained so far
 * @param files in layout 1, the SHA-256 of every other file of the checkpoint, by name; null in
 *     layout 2, where {@link CheckpointDigests} has those of all files
 */
// The crossing that checkpoints had once follows from their metrics.
@JsonIgnoreProperties("crossing")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainerState(
    int format,
    String task,
    SortedMap<String, String> settings,
    SortedMap<String, String> trajectory,
    Map<String, String> arguments,
    int step,
    RunningMean epoch,
    double learningRate,
    Double accuracy,
    double seconds,
    SortedMap<String, String> files) {
  /** What is written. */
  public static final int FORMAT = 2;

  /** What is read too: its state is the one file without a digest. */
  static final int WITHOUT_OWN_DIGEST = 1;

  /** Whether all is there that a run goes on from. */
  boolean isWhole() {
    return task != null
        && settings != null
        && trajectory != null
        && arguments != null
        && step >= 0
        && epoch != null;
  }
}
