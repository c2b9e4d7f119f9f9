package org.grokfast.models.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.Trainer;
import org.grokfast.models.training.TrainingResult;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

@Tag("native")
class ParityTaskTest {
  private static final ParityShape SMALL = new ParityShape(8, 2, 128, 128, 64);

  @TempDir Path folder;

  @Test
  void theAnswerIsTheSignOfTheProductOfTheFirstBits() {
    ParityTask task = new ParityTask(new ParityShape(10, 3, 50, 40, 4), 1);
    int[] all = IntStream.range(0, 40).toArray();
    try (Batch batch = task.batch(Split.VALIDATION, all)) {
      TFloat32 bits = (TFloat32) batch.inputs().get("bits");
      TInt32 answers = (TInt32) batch.inputs().get("answers");
      int positive = 0;
      for (int i : all) {
        float product = bits.getFloat(i, 0) * bits.getFloat(i, 1) * bits.getFloat(i, 2);
        assertThat(answers.getInt(i)).isEqualTo(product > 0 ? 1 : 0);
        positive += answers.getInt(i);
      }
      assertThat(positive).isBetween(5, 35);
    }
  }

  @Test
  void theExamplesDependOnTheSeed() {
    assertThat(firstBits(0)).isEqualTo(firstBits(0)).isNotEqualTo(firstBits(1));
  }

  private static float[] firstBits(long seed) {
    try (Batch batch = new ParityTask(SMALL, seed).batch(Split.TRAINING, new int[] {0, 1, 2})) {
      float[] values = new float[24];
      ((TFloat32) batch.inputs().get("bits"))
          .copyTo(org.tensorflow.ndarray.buffer.DataBuffers.of(values));
      return values;
    }
  }

  @Test
  void aPerceptronLearnsIt() {
    TrainingResult result =
        Trainer.start(new ParityTask(SMALL, 0), options(600).build(), folder.resolve("run")).run();
    assertThat(result.sustainedCrossing()).isPresent();
    assertThat(result.last().validationAccuracy()).isGreaterThanOrEqualTo(0.95);
    assertThat(result.parameters()).isEqualTo(8 * 64 + 64 + 64 * 2 + 2);
  }

  @Test
  void aResumedRunGivesTheSameRows() {
    ParityTask task = new ParityTask(SMALL, 2);
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    TrainingResult once = Trainer.start(task, options(40).build(), whole).run();
    Trainer.start(task, options(17).build(), parts).run();
    TrainingResult resumed = Trainer.resume(task, options(40).build(), parts).run();
    assertThat(resumed.last()).isEqualTo(once.last());
    assertThat(parts.resolve("metrics.csv")).hasSameTextualContentAs(whole.resolve("metrics.csv"));
  }

  private static TrainingOptions.Builder options(int steps) {
    return TrainingOptions.builder()
        .optimizer(OptimizerKind.ADAMW)
        .adam(AdamOptions.builder().learningRate(1e-2).weightDecay(0.1).warmupSteps(0).build())
        .batch(32)
        .threads(1)
        .steps(steps);
  }

  @Test
  void rejectsSizesOutsideTheirRange() {
    assertThatThrownBy(() -> new ParityShape(8, 9, 1, 1, 1))
        .hasMessage("subset must be from 1 to the number of bits, 8, was 9");
    assertThatThrownBy(() -> new ParityShape(0, 1, 1, 1, 1))
        .hasMessage("bits must be from 1 to 10000, was 0");
    assertThatThrownBy(() -> new ParityShape(10_000, 1, 30_000, 1, 1))
        .hasMessage("training examples must be from 1 to 26843, was 30000");
  }
}
