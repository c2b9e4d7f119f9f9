package org.grokfast.models.mnist;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.grokfast.filter.Ema;
import org.grokfast.models.data.DownloadListener;
import org.grokfast.models.data.ResourceText;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.models.task.InputPerturbation;
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

/** The entry of {@link MnistTask}; its runs are those of the reference's {@code main_mnist.py}. */
public final class MnistSpec implements TaskSpec {
  private static final Setting<Path> FOLDER =
      Setting.path(
          "data-dir",
          "DIR",
          "The folder with the four IDX files, plain or .gz, or one with a folder mnist",
          "that of the environment variable GROKFAST_DATA, or else they are downloaded, 11 MB, to"
              + " ~/.cache/grokfast/mnist");
  private static final Setting<String> ADDRESS =
      Setting.text("download-from", "URL", MnistTask.ADDRESS, "Where to download them from");
  private static final Setting<Boolean> GENERATED =
      Setting.flag(
          "generated",
          "Take generated images: a check that the task runs on this machine, which needs no data and"
              + " says nothing of MNIST");
  private static final Setting<Integer> TRAINING =
      Setting.integer("training", "N", MnistTask.TRAINING, "The number of training images");
  private static final Setting<Double> INITIAL_SCALE =
      Setting.real(
              "initial-scale",
              "S",
              MnistTask.INITIAL_SCALE,
              "What the initial parameters are multiplied by, > 0")
          .in(Range.positive());

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
    return "Trains a perceptron (784-200-200-10, ReLU, squared error) on the first images of MNIST and"
        + " judges it by the 10,000 test images. The defaults are the Grokfast-EMA run of the"
        + " reference implementation.";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "",
        "--data-dir ~/data/mnist \\\n--filter none --weight-decay 0.01",
        "--generated --training 200 --steps 200");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(
        FOLDER,
        ADDRESS,
        GENERATED,
        TRAINING,
        INITIAL_SCALE,
        InputPerturbation.SLOPE,
        InputPerturbation.FLOOR);
  }

  @Override
  public Metric metric() {
    return Metric.ACCURACY;
  }

  @Override
  public TrainingOptions reference() {
    return run(FILTERED_DECAY).filter(Ema.of(0.8, 0.1)).build();
  }

  @Override
  public TrainingOptions baseline() {
    return run(BASELINE_DECAY).build();
  }

  private static TrainingOptions.Builder run(double weightDecay) {
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
  public Optional<String> arms() {
    return Optional.of(ResourceText.beside(MnistSpec.class, "arms.yaml"));
  }

  @Override
  public SelfCheck selfCheck() {
    return new SelfCheck(
        SettingValues.DEFAULTS.with(GENERATED, true).with(TRAINING, 200),
        reference().batch(),
        20,
        10);
  }

  @Override
  public ServingSignature serving() {
    return new ServingSignature(List.of(MnistGraph.IMAGES), "logits");
  }

  @Override
  public Task create(SettingValues settings, long seed, DownloadListener downloads) {
    int training = settings.get(TRAINING);
    double scale = settings.get(INITIAL_SCALE);
    InputPerturbation perturbation = InputPerturbation.of(settings);
    if (settings.get(GENERATED)) {
      return MnistTask.generated(training, scale, seed, perturbation);
    }
    MnistTask.Source source =
        new MnistTask.Source(settings.find(FOLDER), settings.get(ADDRESS), downloads);
    return MnistTask.read(source, training, scale, seed, perturbation);
  }

  @Override
  public TaskModel model(SavedSettings settings) {
    return new MnistModel(
        settings.text("data").equals("generated"),
        settings.integer("training"),
        settings.real("initial-scale"),
        settings.integer64("seed"),
        InputPerturbation.of(settings));
  }
}
