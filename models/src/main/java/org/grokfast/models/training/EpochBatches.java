package org.grokfast.models.training;

import java.util.Arrays;
import java.util.function.Supplier;
import org.grokfast.models.task.EpochOrders;

/**
 * The examples of each step: every epoch goes once through all. The orders are made again from the
 * first one where a run is resumed, so a checkpoint need not hold a generator's state; that takes
 * tens of nanoseconds for each example of each epoch.
 */
final class EpochBatches {
  private final int examples;
  private final int batch;
  private final Supplier<EpochOrders> start;
  private EpochOrders orders;
  private int[] order;
  private int epoch;

  /**
   * Batches from step 0 on.
   *
   * @param examples the number of examples
   * @param batch the number of examples in a batch
   * @param start gives the orders from the first epoch on
   */
  EpochBatches(int examples, int batch, Supplier<EpochOrders> start) {
    this.examples = examples;
    this.batch = batch;
    this.start = start;
    restart();
  }

  int stepsAnEpoch() {
    return (examples + batch - 1) / batch;
  }

  /** The examples of an update; the first is 0. The last batch of an epoch takes what is left. */
  int[] of(int update) {
    int wanted = update / stepsAnEpoch();
    if (wanted < epoch) {
      restart();
    }
    while (epoch < wanted) {
      order = orders.next();
      epoch++;
    }
    int first = update % stepsAnEpoch() * batch;
    return Arrays.copyOfRange(order, first, Math.min(first + batch, examples));
  }

  /** Goes back to the first epoch. */
  private void restart() {
    orders = start.get();
    order = orders.next();
    epoch = 0;
  }
}
