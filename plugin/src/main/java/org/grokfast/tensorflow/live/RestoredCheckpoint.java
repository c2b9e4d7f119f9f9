package org.grokfast.tensorflow.live;

import java.util.List;

/**
 * What was restored into a wrapped graph.
 *
 * @param prefix the checkpoint
 * @param filterContinues whether it held the filter's state; if not, the filter starts afresh
 * @param missing the filter's variables that the checkpoint lacks
 */
public record RestoredCheckpoint(String prefix, boolean filterContinues, List<String> missing) {
  /** Makes the list immutable. */
  public RestoredCheckpoint {
    missing = List.copyOf(missing);
  }

  /** The same in a sentence. */
  public String text() {
    if (filterContinues) {
      return "checkpoint '" + prefix + "' was restored with the state of the filter";
    }
    return "checkpoint '"
        + prefix
        + "' holds no state of the filter (no '"
        + missing.get(0)
        + "'), which starts afresh";
  }
}
