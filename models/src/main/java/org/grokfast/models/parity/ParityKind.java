package org.grokfast.models.parity;

import java.util.List;
import org.grokfast.filter.Ema;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.models.task.Metric;
import org.grokfast.models.task.ServingSignature;
import org.grokfast.models.task.TaskKind;
import org.grokfast.models.task.TaskModel;
import org.grokfast.models.task.TaskSettings;
import org.grokfast.models.task.TrainingOptions;

/** The entry of {@link ParityTask}. The reference has no such task; the settings are this one's. */
public final class ParityKind implements TaskKind {
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
    return "a perceptron learns the parity of a few of many bits";
  }

  @Override
  public Metric metric() {
    return Metric.ACCURACY;
  }

  @Override
  public TrainingOptions reference() {
    return settings().filter(Ema.of(0.9, 1)).build();
  }

  @Override
  public TrainingOptions baseline() {
    return settings().build();
  }

  private static TrainingOptions.Builder settings() {
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
  public List<String> selfCheck() {
    return List.of(
        "--bits=6", "--subset=2", "--training=64", "--validation=64", "--width=16", "--steps=20");
  }

  @Override
  public ServingSignature serving() {
    return new ServingSignature(List.of(ParityTask.BITS), "logits");
  }

  @Override
  public TaskModel model(TaskSettings settings) {
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
