package org.grokfast.models.qm9;

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

/** The entry of {@link Qm9Task}; its runs are those of the reference's {@code main_qm9.py}. */
public final class Qm9Kind implements TaskKind {
  private static final double FILTERED_DECAY = 0.01;

  @Override
  public String name() {
    return Qm9Model.NAME;
  }

  @Override
  public String description() {
    return "a graph network learns the polarisability of a hundred molecules";
  }

  @Override
  public Metric metric() {
    return Metric.LOSS;
  }

  @Override
  public TrainingOptions reference() {
    return settings(FILTERED_DECAY).filter(Ema.of(0.9, 1)).build();
  }

  @Override
  public TrainingOptions baseline() {
    return settings(0).build();
  }

  private static TrainingOptions.Builder settings(double weightDecay) {
    return TrainingOptions.builder()
        .optimizer(OptimizerKind.ADAMW)
        .adam(
            AdamOptions.builder().betas(0.9, 0.999).weightDecay(weightDecay).warmupSteps(0).build())
        .batch(32)
        .steps(100_000)
        .validateEvery(10)
        .checkpointEvery(5_000)
        .threads(1);
  }

  @Override
  public List<String> selfCheck() {
    return List.of("--generated", "--molecules=20", "--steps=20");
  }

  @Override
  public ServingSignature serving() {
    return new ServingSignature(Qm9Model.INPUTS, "output");
  }

  @Override
  public TaskModel model(TaskSettings settings) {
    return new Qm9Model(
        settings.text("data"),
        settings.integer("molecules"),
        settings.real("initial-scale"),
        settings.integer64("seed"));
  }
}
