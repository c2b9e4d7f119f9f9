package org.grokfast.models.imdb;

import java.util.List;
import org.grokfast.filter.Ema;
import org.grokfast.models.TrainingException;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.models.task.Metric;
import org.grokfast.models.task.ServingSignature;
import org.grokfast.models.task.TaskKind;
import org.grokfast.models.task.TaskModel;
import org.grokfast.models.task.TaskSettings;
import org.grokfast.models.task.TrainingOptions;

/** The entry of {@link ImdbTask}; its runs are those of the reference's {@code main_imdb.py}. */
public final class ImdbKind implements TaskKind {
  private static final double FILTERED_DECAY = 10;
  private static final double BASELINE_DECAY = 1;
  private static final double LEARNING_RATE = 3e-4;
  private static final double CLIP_NORM = 5;
  private static final int STEPS = 10_000;

  /** Two epochs of the reference's: a validation takes as long as two steps. */
  private static final int VALIDATE_EVERY = 30;

  @Override
  public String name() {
    return SentimentModel.NAME;
  }

  @Override
  public String description() {
    return "an LSTM learns whether film reviews are positive";
  }

  @Override
  public Metric metric() {
    return Metric.ACCURACY;
  }

  @Override
  public TrainingOptions reference() {
    return settings(FILTERED_DECAY).filter(Ema.of(0.98, 2)).build();
  }

  @Override
  public TrainingOptions baseline() {
    return settings(BASELINE_DECAY).build();
  }

  private static TrainingOptions.Builder settings(double weightDecay) {
    return TrainingOptions.builder()
        .optimizer(OptimizerKind.ADAMW)
        .adam(
            AdamOptions.builder()
                .learningRate(LEARNING_RATE)
                .betas(0.9, 0.999)
                .weightDecay(weightDecay)
                .warmupSteps(0)
                .build())
        .clipNorm(CLIP_NORM)
        .batch(50)
        .steps(STEPS)
        .validateEvery(VALIDATE_EVERY)
        .checkpointEvery(300)
        .sustain(STEPS);
  }

  @Override
  public List<String> selfCheck() {
    return List.of(
        "--generated",
        "--reviews=80",
        "--length=80",
        "--width=16",
        "--batch=20",
        "--steps=20",
        "--validate-every=10");
  }

  @Override
  public ServingSignature serving() {
    return new ServingSignature(List.of(SentimentModel.TOKENS), "logits");
  }

  @Override
  public TaskModel model(TaskSettings settings) {
    try {
      return new SentimentModel(settings.toMap());
    } catch (IllegalArgumentException e) {
      throw new TrainingException("the run's checkpoint has a wrong setting: " + e.getMessage(), e);
    }
  }
}
