package org.grokfast.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.grokfast.models.random.TorchRandom;
import org.grokfast.models.task.EpochOrders;
import org.junit.jupiter.api.Test;

class EpochBatchesTest {

  @Test
  void anEpochOfTheReferenceHasTenStepsAndEndsWith48() {
    EpochBatches batches = batches(4656, 512);
    assertThat(batches.stepsAnEpoch()).isEqualTo(10);
    assertThat(batches.of(8)).hasSize(512);
    assertThat(batches.of(9)).hasSize(48);
    assertThat(batches.of(10)).hasSize(512);
  }

  @Test
  void anEpochGoesOnceThroughAllExamplesInItsOwnOrder() {
    EpochBatches batches = batches(21, 4);
    int[] first = epoch(batches, 0);
    int[] second = epoch(batches, 1);
    assertThat(second).isNotEqualTo(first);
    for (int[] order : new int[][] {first, second}) {
      assertThat(IntStream.of(order).sorted().toArray())
          .isEqualTo(IntStream.range(0, 21).toArray());
    }
  }

  @Test
  void aStepHasTheSameExamplesWhateverWasAskedBefore() {
    EpochBatches batches = batches(21, 4);
    int[] later = batches.of(33);
    int[] earlier = batches.of(7);
    assertThat(batches(21, 4).of(7)).isEqualTo(earlier);
    assertThat(batches.of(33)).isEqualTo(later).isNotEqualTo(earlier);
  }

  private static EpochBatches batches(int examples, int batch) {
    return new EpochBatches(
        examples, batch, () -> EpochOrders.reshuffled(new TorchRandom(9), examples));
  }

  private static int[] epoch(EpochBatches batches, int number) {
    int steps = batches.stepsAnEpoch();
    return IntStream.range(steps * number, steps * (number + 1))
        .flatMap(update -> IntStream.of(batches.of(update)))
        .toArray();
  }
}
