package org.grokfast.models.training;

import java.util.Optional;
import org.grokfast.models.training.files.MetricsRow;

/**
 * Where a run is.
 *
 * @param step the number of updates made
 * @param steps the number of updates after which the run ends at the latest
 * @param stepsPerSecond the mean rate of this process, validation included
 * @param batchLoss the loss of the last batch
 * @param latest what the last validation gave
 */
public record Progress(
    int step, int steps, double stepsPerSecond, double batchLoss, Optional<MetricsRow> latest) {}
