package org.grokfast.models.parity;

import java.util.List;
import java.util.Optional;
import org.grokfast.filter.Ema;
import org.grokfast.models.data.DownloadListener;
import org.grokfast.models.data.ResourceText;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.models.task.Metric;
import org.grokfast.models.task.Range;
import org.grokfast.models.task.SavedSettings;
import org.grokfast.models.task.SelfCheck;
import org.grokfast.models.task.ServingSignature;
import org.grokfast.models.task.Setting;
import org.grokfast.models.task.SettingValues;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskModel;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.models.task.TrainingOptions;

/** The entry of {@link ParityTask}. The reference has no such task; the settings are this one's. */
public final class ParitySpec implements TaskSpec {
  private static final Setting<Integer> BITS =
      Setting.integer("bits", "N", ParityShape.DEFAULT.bits(), "The number of inputs, 1 to 10000")
          .in(Range.of(1, ParityShape.MOST_BITS));
  private static final Setting<Integer> SUBSET =
      Setting.integer(
          "subset", "K", ParityShape.DEFAULT.subset(), "How many of them count, 1 to N");
  private static final Setting<Integer> TRAINING =
      Setting.integer(
          "training", "N", ParityShape.DEFAULT.training(), "The number of training examples");
  private static final Setting<Integer> VALIDATION =
      Setting.integer(
          "validation", "N", ParityShape.DEFAULT.validation(), "The number of validation examples");
  private static final Setting<Integer> WIDTH =
      Setting.integer("width", "N", ParityShape.DEFAULT.width(), "The number of hidden units")
          .in(Range.of(1, ParityShape.MOST_BITS));

  private static final int BATCH = 32;
  private static final int STEPS = 20_000;
  private static final double LEARNING_RATE = 1e-3;
  private static final double WEIGHT_DECAY = 1;

  @Override
  public String name() {
    return ParityTask.NAME;
  }

  @Override
  public String description() {
    return "Trains a perceptron with one hidden layer on the parity of the first K of N random bits.";
  }

  @Override
  public List<String> examples() {
    return List.of("", "--bits 20 --subset 2 --filter none");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(BITS, SUBSET, TRAINING, VALIDATION, WIDTH);
  }

  @Override
  public Metric metric() {
    return Metric.ACCURACY;
  }

  @Override
  public TrainingOptions reference() {
    return run().filter(Ema.of(0.9, 1)).build();
  }

  @Override
  public TrainingOptions baseline() {
    return run().build();
  }

  private static TrainingOptions.Builder run() {
    return TrainingOptions.builder()
        .optimizer(OptimizerKind.ADAMW)
        .adam(
            AdamOptions.builder()
                .learningRate(LEARNING_RATE)
                .weightDecay(WEIGHT_DECAY)
                .warmupSteps(0)
                .build())
        .batch(BATCH)
        .steps(STEPS);
  }

  @Override
  public Optional<String> arms() {
    return Optional.of(ResourceText.beside(ParitySpec.class, "arms.yaml"));
  }

  @Override
  public SelfCheck selfCheck() {
    return SelfCheck.of(
        SettingValues.DEFAULTS
            .with(BITS, 6)
            .with(SUBSET, 2)
            .with(TRAINING, 64)
            .with(VALIDATION, 64)
            .with(WIDTH, 16),
        reference(),
        20);
  }

  @Override
  public ServingSignature serving() {
    return new ServingSignature(List.of(ParityTask.BITS), "logits");
  }

  @Override
  public Task create(SettingValues settings, long seed, DownloadListener downloads) {
    ParityShape shape =
        new ParityShape(
            settings.get(BITS),
            settings.get(SUBSET),
            settings.get(TRAINING),
            settings.get(VALIDATION),
            settings.get(WIDTH));
    return new ParityTask(shape, seed);
  }

  @Override
  public TaskModel model(SavedSettings settings) {
    ParityShape shape =
        new ParityShape(
            settings.integer("bits"),
            settings.integer("subset"),
            settings.integer("training"),
            settings.integer("validation"),
            settings.integer("width"));
    return new ParityTask(shape, settings.integer64("seed"));
  }
}
