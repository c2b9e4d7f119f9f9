package org.grokfast.models.task;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.grokfast.models.random.TorchRandom;

/** The orders in which one epoch after the other goes through the examples. */
@FunctionalInterface
public interface EpochOrders {

  /** The numbers of all examples in the order of the next epoch, in an array of its own. */
  int[] next();

  /**
   * Every epoch shuffles the order of the epoch before, as the reference's {@code main.py} does.
   *
   * @param random drawn from once an epoch
   * @param examples the number of examples
   */
  static EpochOrders reshuffled(TorchRandom random, int examples) {
    int[] order = new int[examples];
    Arrays.setAll(order, i -> i);
    return () -> {
      int[] before = order.clone();
      int[] permutation = random.permutation(examples);
      Arrays.setAll(order, i -> before[permutation[i]]);
      return order.clone();
    };
  }

  /**
   * As {@code torch.utils.data.DataLoader(shuffle=True)} of PyTorch 2.13: whenever a loader is
   * iterated over anew, it draws a seed for its workers and one for its order from the common
   * generator. Other loaders that are iterated over in between draw the same, and so shift what
   * follows.
   *
   * @param random the common generator, as it is before the first epoch
   * @param examples the number of examples
   * @param others how many other shuffling loaders were iterated over in an epoch, by its number
   *     from 0
   */
  static EpochOrders dataLoader(TorchRandom random, int examples, IntUnaryOperator others) {
    return new EpochOrders() {
      private int epoch;

      @Override
      public int[] next() {
        random.seed();
        int[] order = new TorchRandom(random.seed()).permutation(examples);
        for (int i = 2 * others.applyAsInt(epoch); i > 0; i--) {
          random.seed();
        }
        epoch++;
        return order;
      }
    };
  }
}
