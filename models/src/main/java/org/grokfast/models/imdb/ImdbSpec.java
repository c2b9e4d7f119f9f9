package org.grokfast.models.imdb;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.grokfast.filter.Ema;
import org.grokfast.models.TrainingException;
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

/** The entry of {@link ImdbTask}; its runs are those of the reference's {@code main_imdb.py}. */
public final class ImdbSpec implements TaskSpec {
  private static final Setting<Path> SOURCE =
      Setting.path(
          "data-dir",
          "PATH",
          "The folder with the reviews, or with a folder imdb, or the file itself",
          "the folder that the environment variable GROKFAST_DATA names");
  private static final Setting<Boolean> GENERATED =
      Setting.flag(
          "generated",
          "Take generated reviews: a check that the task runs on this machine, which needs no data and"
              + " says nothing of IMDb");
  private static final Setting<Integer> REVIEWS =
      Setting.integer(
              "reviews",
              "N",
              ReviewSelection.DEFAULT.reviews(),
              "How many reviews to take, for training and validation, 5 to 50000")
          .in(Range.of(ReviewSelection.LEAST_REVIEWS, ReviewSelection.MOST_REVIEWS));
  private static final Setting<Integer> WORDS =
      Setting.integer(
              "words",
              "N",
              ReviewSelection.DEFAULT.words(),
              "How many words the vocabulary has at most")
          .in(Range.of(1, ReviewSelection.MOST_WORDS));
  private static final Setting<Integer> LENGTH =
      Setting.integer(
              "length",
              "N",
              ReviewSelection.DEFAULT.length(),
              "How many known words of a review are read, from its beginning; shorter ones are"
                  + " padded on the left")
          .in(Range.of(1, ReviewSelection.MOST_LENGTH));
  private static final Setting<Integer> EMBEDDING =
      Setting.integer(
              "embedding", "N", NetworkShape.DEFAULT.embedding(), "The elements of a word's vector")
          .in(Range.of(1, NetworkShape.MOST));
  private static final Setting<Integer> WIDTH =
      Setting.integer(
              "width", "N", NetworkShape.DEFAULT.width(), "The hidden units of each LSTM layer")
          .in(Range.of(1, NetworkShape.MOST));
  private static final Setting<Double> INITIAL_SCALE =
      Setting.real(
              "initial-scale",
              "S",
              NetworkShape.DEFAULT.initialScale(),
              "What the initial parameters are multiplied by, > 0")
          .in(Range.positive());

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
    return "Trains a two-layer LSTM on film reviews of IMDb, three quarters of them, and judges it by"
        + " the others. The defaults are the Grokfast-EMA run of the reference implementation.";
  }

  @Override
  public List<String> notes() {
    return List.of(
        "The data: Kaggle's 'IMDB Dataset.csv', or aclImdb_v1.tar.gz, unpacked or not, of",
        "https://ai.stanford.edu/~amaas/data/sentiment; a table may be compressed with gzip.");
  }

  @Override
  public List<String> examples() {
    return List.of(
        "--data-dir ~/data/imdb",
        "--data-dir 'IMDB Dataset.csv' \\\n--filter none --weight-decay 1",
        "--generated --reviews 200 --width 32 --steps 200");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(SOURCE, GENERATED, REVIEWS, WORDS, LENGTH, EMBEDDING, WIDTH, INITIAL_SCALE);
  }

  @Override
  public Metric metric() {
    return Metric.ACCURACY;
  }

  @Override
  public TrainingOptions reference() {
    return run(FILTERED_DECAY).filter(Ema.of(0.98, 2)).build();
  }

  @Override
  public TrainingOptions baseline() {
    return run(BASELINE_DECAY).build();
  }

  private static TrainingOptions.Builder run(double weightDecay) {
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
  public Optional<String> arms() {
    return Optional.of(ResourceText.beside(ImdbSpec.class, "arms.yaml"));
  }

  @Override
  public SelfCheck selfCheck() {
    return new SelfCheck(
        SettingValues.DEFAULTS
            .with(GENERATED, true)
            .with(REVIEWS, 80)
            .with(LENGTH, 80)
            .with(WIDTH, 16),
        20,
        20,
        10);
  }

  @Override
  public ServingSignature serving() {
    return new ServingSignature(List.of(SentimentModel.TOKENS), "logits");
  }

  @Override
  public Task create(SettingValues settings, long seed, DownloadListener downloads) {
    ReviewSelection selection =
        new ReviewSelection(settings.get(REVIEWS), settings.get(WORDS), settings.get(LENGTH));
    NetworkShape network =
        new NetworkShape(settings.get(EMBEDDING), settings.get(WIDTH), settings.get(INITIAL_SCALE));
    return settings.get(GENERATED)
        ? ImdbTask.generated(selection, network, seed)
        : ImdbTask.read(settings.find(SOURCE), selection, network, seed);
  }

  @Override
  public TaskModel model(SavedSettings settings) {
    try {
      return new SentimentModel(settings.toMap());
    } catch (IllegalArgumentException e) {
      throw new TrainingException("the run's checkpoint has a wrong setting: " + e.getMessage(), e);
    }
  }
}
