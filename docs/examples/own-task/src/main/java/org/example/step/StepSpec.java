package org.example.step;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.grokfast.filter.Ema;
import org.grokfast.models.TrainingException;
import org.grokfast.models.data.DownloadListener;
import org.grokfast.models.data.ResourceText;
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

/** All there is to know of {@link StepTask} before it is made. */
public final class StepSpec implements TaskSpec {
  private static final Setting<Path> MODEL =
      Setting.path("model", "DIR", "The SavedModel with the signatures train and validate", "none");
  private static final Setting<Integer> EXAMPLES =
      Setting.integer("examples", "N", 200, "The number of examples of either split, 1 to 100000")
          .in(Range.of(1, 100_000));

  @Override
  public String name() {
    return StepTask.NAME;
  }

  @Override
  public String description() {
    return "Trains a SavedModel, by its signature train, on the sign of a product.";
  }

  @Override
  public List<String> examples() {
    return List.of("--model step", "--model step --filter none");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(MODEL, EXAMPLES);
  }

  @Override
  public Metric metric() {
    return Metric.ACCURACY;
  }

  @Override
  public TrainingOptions reference() {
    return baseline().toBuilder().filter(Ema.of(0.9, 1)).build();
  }

  /** The optimizer is that of the graph, with its own rate. */
  @Override
  public TrainingOptions baseline() {
    return TrainingOptions.builder().optimizer(OptimizerKind.OWN).batch(50).steps(500).build();
  }

  @Override
  public Optional<String> arms() {
    return Optional.of(ResourceText.beside(StepSpec.class, "arms.yaml"));
  }

  @Override
  public SelfCheck selfCheck() {
    return SelfCheck.of(SettingValues.DEFAULTS, reference(), 20);
  }

  @Override
  public ServingSignature serving() {
    return new ServingSignature(List.of("x"), "logits");
  }

  @Override
  public Task create(SettingValues settings, long seed, DownloadListener downloads) {
    Path model =
        settings
            .find(MODEL)
            .orElseThrow(() -> new TrainingException("give the SavedModel with --model"));
    return new StepTask(model, settings.get(EXAMPLES), seed);
  }

  @Override
  public TaskModel model(SavedSettings settings) {
    return new StepTask(
        Path.of(settings.text("model")), settings.integer("examples"), settings.integer64("seed"));
  }
}
