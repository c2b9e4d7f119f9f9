package org.grokfast.models.imdb;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.zip.CRC32;
import org.grokfast.models.random.TorchRandom;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.EpochOrders;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskGraph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;

/**
 * Telling whether a film review is positive, on the Large Movie Review Dataset (Maas et al. 2011),
 * as the reference's {@code main_imdb.py} does: three quarters of the reviews for training, a
 * quarter for validation, split at random within each class; the vocabulary is that of the training
 * part. With Kaggle's file a seed gives the split, the vocabulary, the initial parameters and the
 * batches that it gives there, under PyTorch 2.13, with the reference's batches of 50.
 *
 * <p>The reference judges its model by one random batch of 50 validation reviews after every step;
 * here it is judged by all of them, less often.
 */
public final class ImdbTask implements Task {
  private static final int REFERENCE_BATCH = 50;

  private final SentimentModel model;
  private final int[][] training;
  private final int[] trainingLabels;
  private final int[][] validation;
  private final int[] validationLabels;

  private ImdbTask(
      String data,
      List<Review> reviews,
      ReviewSelection selection,
      NetworkShape network,
      long seed) {
    boolean[] positive = new boolean[reviews.size()];
    for (int i = 0; i < positive.length; i++) {
      positive[i] = reviews.get(i).positive();
    }
    StratifiedSplit split = new StratifiedSplit(positive, seed);
    List<Review> trained = Arrays.stream(split.training()).mapToObj(reviews::get).toList();
    List<Review> tested = Arrays.stream(split.validation()).mapToObj(reviews::get).toList();
    Vocabulary vocabulary =
        Vocabulary.of(trained.stream().map(Review::text).toList(), selection.words());
    training = encode(trained, vocabulary, selection.length());
    trainingLabels = labels(trained);
    validation = encode(tested, vocabulary, selection.length());
    validationLabels = labels(tested);
    SortedMap<String, String> settings =
        SentimentModel.settings(selection, network, seed, vocabulary);
    settings.put(SentimentModel.DATA, data);
    settings.put("examples", checksum());
    model = new SentimentModel(settings);
  }

  /**
   * The task on the data set.
   *
   * @param source a file or a folder, if that was given; otherwise the environment says one
   * @param selection which reviews
   * @param network the network's sizes
   * @param seed of the split and the initial parameters
   * @throws org.grokfast.models.TrainingException if there is no data, it is damaged, or there are
   *     fewer reviews than asked for
   */
  public static ImdbTask read(
      Optional<Path> source, ReviewSelection selection, NetworkShape network, long seed) {
    List<Review> reviews = ReviewFiles.read(source, selection.reviews());
    return new ImdbTask("reviews", reviews, selection, network, seed);
  }

  /**
   * The task on generated reviews: a check that it runs, without data. It says nothing of IMDb.
   *
   * @param selection how many reviews, and how much of them
   * @param network the network's sizes
   * @param seed of the reviews, the split and the initial parameters
   */
  public static ImdbTask generated(ReviewSelection selection, NetworkShape network, long seed) {
    List<Review> reviews = GeneratedReviews.of(selection.reviews(), seed);
    return new ImdbTask(SentimentModel.GENERATED, reviews, selection, network, seed);
  }

  private static int[][] encode(List<Review> reviews, Vocabulary vocabulary, int length) {
    return reviews.stream()
        .map(review -> vocabulary.encode(review.text(), length))
        .toArray(int[][]::new);
  }

  private static int[] labels(List<Review> reviews) {
    return reviews.stream().mapToInt(review -> review.positive() ? 1 : 0).toArray();
  }

  /** Tells other examples from these, so that a run is resumed with its own. */
  private String checksum() {
    CRC32 crc = new CRC32();
    for (int[][] part : List.of(training, validation)) {
      for (int[] tokens : part) {
        for (int token : tokens) {
          crc.update(token & 0xFF);
          crc.update(token >> Byte.SIZE);
        }
      }
    }
    for (int[] part : List.of(trainingLabels, validationLabels)) {
      Arrays.stream(part).forEach(crc::update);
    }
    return Long.toHexString(crc.getValue());
  }

  @Override
  public String name() {
    return SentimentModel.NAME;
  }

  @Override
  public Optional<String> standIn() {
    return SentimentModel.GENERATED.equals(model.settings().get(SentimentModel.DATA))
        ? Optional.of("generated reviews, not IMDb")
        : Optional.empty();
  }

  @Override
  public String title() {
    return model.title();
  }

  @Override
  public SortedMap<String, String> settings() {
    return model.settings();
  }

  @Override
  public SortedMap<String, String> assets() {
    return model.assets();
  }

  @Override
  public TaskGraph build(Ops tf) {
    return model.build(tf);
  }

  @Override
  public int examples(Split split) {
    return labels(split).length;
  }

  private int[] labels(Split split) {
    return split == Split.TRAINING ? trainingLabels : validationLabels;
  }

  @Override
  public EpochOrders orders(long seed) {
    TorchRandom random = new TorchRandom(seed);
    model.draw(random);
    int steps = (training.length + REFERENCE_BATCH - 1) / REFERENCE_BATCH;
    // The reference iterates anew over its validation reviews after every step.
    return EpochOrders.dataLoader(random, training.length, epoch -> steps);
  }

  @Override
  public Batch batch(Split split, int[] examples) {
    int[][] all = split == Split.TRAINING ? training : validation;
    int length = all[0].length;
    int[] tokens = new int[examples.length * length];
    int[] labels = new int[examples.length];
    for (int i = 0; i < examples.length; i++) {
      System.arraycopy(all[examples[i]], 0, tokens, i * length, length);
      labels[i] = labels(split)[examples[i]];
    }
    return new Batch(
        Map.of(
            SentimentModel.TOKENS,
            TInt32.tensorOf(Shape.of(examples.length, length), DataBuffers.of(tokens, true, false)),
            SentimentModel.LABELS,
            TInt32.tensorOf(Shape.of(examples.length), DataBuffers.of(labels, true, false))),
        examples.length);
  }
}
