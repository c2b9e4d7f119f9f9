package org.grokfast.models.training;

/** The mean loss and accuracy over examples. */
record RunningMean(double lossSum, double accuracySum, long examples) {
  static final RunningMean EMPTY = new RunningMean(0, 0, 0);

  /** With a batch's means. */
  RunningMean plus(BatchRunner.Outcome batch, int size) {
    return new RunningMean(
        lossSum + batch.loss() * size, accuracySum + batch.accuracy() * size, examples + size);
  }

  double loss() {
    return lossSum / examples;
  }

  double accuracy() {
    return accuracySum / examples;
  }
}
