package org.grokfast.models.training.files;

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
 */
public record MetricsRow(
    int step,
    double trainLoss,
    double trainAccuracy,
    double validationLoss,
    double validationAccuracy,
    double learningRate) {}
