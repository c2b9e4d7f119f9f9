package org.grokfast.models.mnist;

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

/** The entry of {@link MnistTask}; its runs are those of the reference's {@code main_mnist.py}. */
public final class MnistKind implements TaskKind {
  private static final double FILTERED_DECAY = 2;
  private static final double BASELINE_DECAY = 0.01;

  /** What the paper's figures seem to count to; 95 % is more than its runs reach in the end. */
  private static final double UNTIL = 0.85;

  @Override
  public String name() {
    return MnistModel.NAME;
  }

  @Override
  public String description() {
    return "a perceptron learns a thousand handwritten digits";
  }

  @Override
  public Metric metric() {
    return Metric.ACCURACY;
  }

  @Override
  public TrainingOptions reference() {
    return settings(FILTERED_DECAY).filter(Ema.of(0.8, 0.1)).build();
  }

  @Override
  public TrainingOptions baseline() {
    return settings(BASELINE_DECAY).build();
  }

  private static TrainingOptions.Builder settings(double weightDecay) {
    return TrainingOptions.builder()
        .optimizer(OptimizerKind.ADAMW)
        .adam(
            AdamOptions.builder().betas(0.9, 0.999).weightDecay(weightDecay).warmupSteps(0).build())
        .batch(200)
        .steps(100_000)
        .validateEvery(100)
        .checkpointEvery(5_000)
        .until(UNTIL)
        .sustain(5_000)
        .threads(1);
  }

  @Override
  public List<String> selfCheck() {
    return List.of("--generated", "--training=200", "--steps=20", "--validate-every=10");
  }

  @Override
  public ServingSignature serving() {
    return new ServingSignature(List.of(MnistModel.IMAGES), "logits");
  }

  @Override
  public TaskModel model(TaskSettings settings) {
    return new MnistModel(
        settings.text("data").equals("generated"),
        settings.integer("training"),
        settings.real("initial-scale"),
        settings.integer64("seed"));
  }
}
