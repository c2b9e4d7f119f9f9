package org.grokfast.models.training;

/** The mean loss and accuracy over examples. */
record RunningMean(double lossSum, double accuracySum, long examples) {
  static final RunningMean EMPTY = new RunningMean(0, 0, 0);

  /** With a batch's means. */
  RunningMean plus(double loss, double accuracy, int size) {
    return new RunningMean(lossSum + loss * size, accuracySum + accuracy * size, examples + size);
  }

  double loss() {
    return lossSum / examples;
  }

  double accuracy() {
    return accuracySum / examples;
  }
}
