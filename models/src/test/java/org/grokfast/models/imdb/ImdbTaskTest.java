package org.grokfast.models.imdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.grokfast.filter.Ema;
import org.grokfast.models.TrainingException;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.SavedSettings;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.TaskModel;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.TrainedModel;
import org.grokfast.models.training.Trainer;
import org.grokfast.models.training.TrainingResult;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.types.TInt32;

/** The task on generated reviews, with a network that trains in seconds. */
@Tag("native")
class ImdbTaskTest {
  private static final ReviewSelection FEW = new ReviewSelection(80, 100, 70);
  private static final NetworkShape SMALL = new NetworkShape(8, 12, 1);

  @TempDir private Path folder;

  private static ImdbTask task(long seed) {
    return ImdbTask.generated(FEW, SMALL, seed);
  }

  private static TrainingOptions.Builder options(int steps) {
    return TrainingOptions.builder()
        .optimizer(OptimizerKind.ADAMW)
        .adam(AdamOptions.builder().learningRate(2e-2).warmupSteps(0).build())
        .clipNorm(5)
        .batch(20)
        .validateEvery(6)
        .threads(1)
        .steps(steps);
  }

  @Test
  void aQuarterOfTheReviewsIsForValidation() {
    ImdbTask task = task(0);
    assertThat(task.examples(Split.TRAINING)).isEqualTo(60);
    assertThat(task.examples(Split.VALIDATION)).isEqualTo(20);
    try (Batch batch = task.batch(Split.VALIDATION, IntStream.range(0, 20).toArray())) {
      TInt32 labels = (TInt32) batch.inputs().get("labels");
      assertThat(IntStream.range(0, 20).map(labels::getInt).sum()).isEqualTo(10);
      assertThat(batch.inputs().get("tokens").shape().asArray()).containsExactly(20, 70);
    }
  }

  @Test
  void itLearnsWhatItsWordsTell() {
    TrainingResult result = Trainer.start(task(0), options(90).build(), folder.resolve("r")).run();
    assertThat(result.bestValidationAccuracy()).isGreaterThanOrEqualTo(0.85);
    // (words + 1)·8, two layers of (in + 12)·48 + 2·48, and 12 + 1.
    int words = task(0).assets().get("vocabulary.txt").split("\n").length;
    assertThat(result.parameters()).isEqualTo((words + 1) * 8 + 1056 + 1248 + 13);
  }

  @Test
  void aResumedRunGivesTheSameRowsToTheBit() {
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    TrainingResult once =
        Trainer.start(task(1), options(18).filter(Ema.of(0.9, 2)).build(), whole).run();
    Trainer.start(task(1), options(7).filter(Ema.of(0.9, 2)).build(), parts).run();
    TrainingResult resumed =
        Trainer.resume(task(1), options(18).filter(Ema.of(0.9, 2)).build(), parts).run();
    assertThat(resumed.last()).isEqualTo(once.last());
    assertThat(parts.resolve("metrics.csv")).hasSameTextualContentAs(whole.resolve("metrics.csv"));
  }

  @Test
  void aRunOnOtherReviewsIsNotResumed() {
    Path run = folder.resolve("run");
    Trainer.start(task(1), options(1).build(), run).run();
    ImdbTask other = ImdbTask.generated(new ReviewSelection(84, 100, 70), SMALL, 1);
    assertThatThrownBy(() -> Trainer.resume(other, options(2).build(), run))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("belongs to another run: examples is ")
        .hasMessageContaining("reviews is 80 there and 84 here");
  }

  @Test
  void aCheckpointIsEnoughToServeTheModelWithItsVocabulary() {
    Path run = folder.resolve("run");
    ImdbTask task = task(2);
    Trainer.start(task, options(1).build(), run).run();
    TaskModel model = new ImdbSpec().model(new SavedSettings(task.settings()));
    assertThat(model.assets()).isEqualTo(task.assets());
    assertThat(model.title()).isEqualTo("Self-check on generated reviews, not IMDb");
    try (TrainedModel trained = TrainedModel.load(model, run)) {
      assertThat(trained.signature("serving_default").inputNames()).containsExactly("tokens");
    }
  }

  @Test
  void sizesOutsideTheirRangeAreRefused() {
    assertThatThrownBy(() -> new ReviewSelection(4, 1, 1))
        .hasMessage("reviews must be from 5 to 50000, was 4");
    assertThatThrownBy(() -> new ReviewSelection(5, 0, 1))
        .hasMessage("words must be from 1 to 1000000, was 0");
    assertThatThrownBy(() -> new ReviewSelection(5, 1, 5_001))
        .hasMessage("length must be from 1 to 5000, was 5001");
    assertThatThrownBy(() -> new NetworkShape(64, 0, 1))
        .hasMessage("width must be from 1 to 8192, was 0");
    assertThatThrownBy(() -> new NetworkShape(64, 1, Double.NaN))
        .hasMessage("initial scale must be finite and > 0, was NaN");
  }
}
