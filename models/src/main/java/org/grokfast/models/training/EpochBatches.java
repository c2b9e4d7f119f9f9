package org.grokfast.models.training;

import java.util.Arrays;
import java.util.function.Supplier;
import org.grokfast.models.random.TorchRandom;

/**
 * The examples of each step: every epoch goes once through all and shuffles the order of the epoch
 * before, as the reference does. The orders are made again from the first one where a run is
 * resumed, so a checkpoint need not hold a generator's state; that takes tens of nanoseconds for
 * each example of each epoch.
 */
final class EpochBatches {
  private final int batch;
  private final Supplier<TorchRandom> shuffles;
  private final int[] order;
  private TorchRandom random;
  private int epoch;

  /**
   * Batches from step 0 on.
   *
   * @param examples the number of examples
   * @param batch the number of examples in a batch
   * @param shuffles gives a generator in its first state
   */
  EpochBatches(int examples, int batch, Supplier<TorchRandom> shuffles) {
    this.batch = batch;
    this.shuffles = shuffles;
    this.order = new int[examples];
    restart();
  }

  int stepsAnEpoch() {
    return (order.length + batch - 1) / batch;
  }

  /** The examples of an update; the first is 0. The last batch of an epoch takes what is left. */
  int[] of(int update) {
    int wanted = update / stepsAnEpoch();
    if (wanted < epoch) {
      restart();
    }
    while (epoch < wanted) {
      shuffle();
      epoch++;
    }
    int start = update % stepsAnEpoch() * batch;
    return Arrays.copyOfRange(order, start, Math.min(start + batch, order.length));
  }

  /** Goes back to the first epoch. */
  private void restart() {
    random = shuffles.get();
    Arrays.setAll(order, i -> i);
    shuffle();
    epoch = 0;
  }

  private void shuffle() {
    int[] before = order.clone();
    int[] permutation = random.permutation(order.length);
    Arrays.setAll(order, i -> before[permutation[i]]);
  }
}
