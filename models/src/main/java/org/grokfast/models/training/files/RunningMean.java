package org.grokfast.models.training.files;

/** The mean loss and accuracy over examples. */
public record RunningMean(double lossSum, double accuracySum, long examples) {
  public static final RunningMean EMPTY = new RunningMean(0, 0, 0);

  /** With a batch's means. */
  public RunningMean plus(double loss, double accuracy, int size) {
    return new RunningMean(lossSum + loss * size, accuracySum + accuracy * size, examples + size);
  }

  public double loss() {
    return lossSum / examples;
  }

  public double accuracy() {
    return accuracySum / examples;
  }
}
