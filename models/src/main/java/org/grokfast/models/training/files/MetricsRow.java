package org.grokfast.models.training.files;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known after one validation.
 *
 * @param step the number of updates made
 * @param trainLoss the mean loss over the examples trained on since the row before, each taken
 *     before the update it led to
 * @param trainAccuracy the accuracy over the same examples, in [0, 1]; NaN for a regression
 * @param validationLoss the mean loss over the validation examples
 * @param validationAccuracy the accuracy over the validation examples; NaN for a regression
 * @param learningRate the learning rate of the last update
 * @param probes what the probes measured last, by name and in their order; empty without probes
 */
public record MetricsRow(
    int step,
    double trainLoss,
    double trainAccuracy,
    double validationLoss,
    double validationAccuracy,
    double learningRate,
    Map<String, Double> probes) {

  /** Keeps the order of the probes. */
  public MetricsRow {
    probes = Collections.unmodifiableMap(new LinkedHashMap<>(probes));
  }

  /** A row without probes. */
  public MetricsRow(
      int step,
      double trainLoss,
      double trainAccuracy,
      double validationLoss,
      double validationAccuracy,
      double learningRate) {
    this(
        step, trainLoss, trainAccuracy, validationLoss, validationAccuracy, learningRate, Map.of());
  }
}
