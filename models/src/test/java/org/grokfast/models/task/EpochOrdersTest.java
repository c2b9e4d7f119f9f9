package org.grokfast.models.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.grokfast.models.random.TorchRandom;
import org.junit.jupiter.api.Test;

class EpochOrdersTest {

  /**
   * PyTorch 2.13.0 gave these for {@code DataLoader(range(10), shuffle=True)} after {@code
   * torch.manual_seed(5)}, with another shuffling loader run through after the second epoch.
   */
  @Test
  void aDataLoadersOrdersAreThoseOfPyTorchAlsoWithAnotherLoaderInBetween() {
    EpochOrders orders =
        EpochOrders.dataLoader(new TorchRandom(5), 10, epoch -> epoch == 1 ? 1 : 0);
    assertThat(orders.next()).containsExactly(8, 3, 0, 5, 9, 1, 6, 2, 4, 7);
    assertThat(orders.next()).containsExactly(5, 8, 9, 7, 2, 0, 4, 1, 3, 6);
    assertThat(orders.next()).containsExactly(6, 2, 5, 0, 9, 7, 3, 4, 1, 8);
  }

  @Test
  void theSeedsThatALoaderDrawsAreThoseOfPyTorch() {
    TorchRandom random = new TorchRandom(5);
    assertThat(new long[] {random.seed(), random.seed(), random.seed()})
        .containsExactly(4095051218741643470L, 6838803925648402109L, 3813295331020233846L);
  }
}
