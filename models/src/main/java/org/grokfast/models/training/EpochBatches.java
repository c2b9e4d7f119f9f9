package org.grokfast.models.training;

import java.util.Arrays;

/** The examples of each step: every epoch goes once through all in a new random order. */
final class EpochBatches {
  private final int examples;
  private final int batch;
  private final long seed;
  private int epoch = -1;
  private int[] order = {};

  EpochBatches(int examples, int batch, long seed) {
    this.examples = examples;
    this.batch = batch;
    this.seed = seed;
  }

  int stepsAnEpoch() {
    return (examples + batch - 1) / batch;
  }

  /** The examples of an update; the first is 0. The last batch of an epoch takes what is left. */
  int[] of(int update) {
    int wanted = update / stepsAnEpoch();
    if (wanted != epoch) {
      order = Permutation.of(examples, seed, wanted);
      epoch = wanted;
    }
    int start = update % stepsAnEpoch() * batch;
    return Arrays.copyOfRange(order, start, Math.min(start + batch, examples));
  }
}
