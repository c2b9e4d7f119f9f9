package org.grokfast.models.algorithmic;

import java.util.List;
import org.grokfast.filter.Ema;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.task.Metric;
import org.grokfast.models.task.ServingSignature;
import org.grokfast.models.task.TaskKind;
import org.grokfast.models.task.TaskModel;
import org.grokfast.models.task.TaskSettings;
import org.grokfast.models.task.TrainingOptions;

/** The entry of {@link AlgorithmicTask}; its runs are those of the reference's {@code main.py}. */
public final class AlgorithmicKind implements TaskKind {
  @Override
  public String name() {
    return AlgorithmicTask.NAME;
  }

  @Override
  public String description() {
    return "a transformer learns arithmetic modulo a prime, or a group";
  }

  @Override
  public Metric metric() {
    return Metric.ACCURACY;
  }

  @Override
  public TrainingOptions reference() {
    return TrainingOptions.builder()
        .adam(AdamOptions.builder().weightDecay(0.005).build())
        .filter(Ema.of(0.98, 2))
        .steps(10_000)
        .build();
  }

  @Override
  public TrainingOptions baseline() {
    return TrainingOptions.DEFAULTS;
  }

  @Override
  public List<String> selfCheck() {
    return List.of("--prime=7", "--batch=8", "--steps=20");
  }

  @Override
  public ServingSignature serving() {
    return new ServingSignature(List.of(AlgorithmicTask.TOKENS), "logits");
  }

  @Override
  public TaskModel model(TaskSettings settings) {
    String operation = settings.text("operation");
    Equations data =
        NamedEquations.of(
            operation,
            operation.equals(PermutationComposition.NAME) ? 0 : settings.integer("prime"));
    DecoderShape shape =
        new DecoderShape(
            data.tokens(),
            settings.integer("positions"),
            settings.integer("width"),
            settings.integer("heads"),
            settings.integer("blocks"));
    return new AlgorithmicTask(
        data, settings.real("train-fraction"), settings.integer64("seed"), shape);
  }
}
