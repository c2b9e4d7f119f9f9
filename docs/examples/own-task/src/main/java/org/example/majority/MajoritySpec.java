package org.example.majority;

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

/** All there is to know of {@link MajorityTask} before it is made. */
public final class MajoritySpec implements TaskSpec {
  private static final Setting<Integer> NUMBERS =
      Setting.integer("numbers", "N", 5, "How many numbers an example has, 1 to 1000")
          .in(Range.of(1, 1_000));
  private static final Setting<Integer> EXAMPLES =
      Setting.integer("examples", "N", 200, "The number of examples of either split, 1 to 100000")
          .in(Range.of(1, 100_000));

  @Override
  public String name() {
    return MajorityTask.NAME;
  }

  @Override
  public String description() {
    return "Trains a logistic regression on the sign of the sum of N random numbers.";
  }

  @Override
  public List<String> examples() {
    return List.of("", "--numbers 9 --filter none");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(NUMBERS, EXAMPLES);
  }

  @Override
  public Metric metric() {
    return Metric.ACCURACY;
  }

  @Override
  public TrainingOptions reference() {
    return baseline().toBuilder().filter(Ema.of(0.9, 1)).build();
  }

  @Override
  public TrainingOptions baseline() {
    return TrainingOptions.builder()
        .optimizer(OptimizerKind.ADAMW)
        .adam(AdamOptions.builder().learningRate(0.01).warmupSteps(0).build())
        .batch(50)
        .steps(500)
        .build();
  }

  @Override
  public Optional<String> arms() {
    return Optional.of(ResourceText.beside(MajoritySpec.class, "arms.yaml"));
  }

  @Override
  public SelfCheck selfCheck() {
    return SelfCheck.of(SettingValues.DEFAULTS.with(EXAMPLES, 100), reference(), 20);
  }

  @Override
  public ServingSignature serving() {
    return new ServingSignature(List.of(MajorityTask.INPUTS), "logits");
  }

  @Override
  public Task create(SettingValues settings, long seed, DownloadListener downloads) {
    return new MajorityTask(settings.get(NUMBERS), settings.get(EXAMPLES), seed);
  }

  @Override
  public TaskModel model(SavedSettings settings) {
    return new MajorityTask(
        settings.integer("numbers"), settings.integer("examples"), settings.integer64("seed"));
  }
}
