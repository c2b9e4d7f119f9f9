package org.grokfast.models.mnist;

import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import org.grokfast.models.data.DownloadListener;
import org.grokfast.models.random.TorchRandom;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.EpochOrders;
import org.grokfast.models.task.InputPerturbation;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.StepInputs;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskGraph;
import org.tensorflow.op.Ops;

/**
 * Learning the first images of MNIST's training set and judging by its test set, as the reference's
 * {@code main_mnist.py} does. A seed gives the initial parameters and the batches that it gives
 * there, as long as the reference is run for 100,000 steps with batches of 200, its defaults.
 */
public final class MnistTask implements Task {
  /** The reference's number of training images. */
  public static final int TRAINING = 1_000;

  /** What the reference multiplies the initial parameters by. */
  public static final double INITIAL_SCALE = 8;

  /**
   * Where the files are downloaded from: the mirror of the Common Visual Data Foundation, which
   * TensorFlow Datasets uses too.
   */
  public static final String ADDRESS = "https://storage.googleapis.com/cvdf-datasets/mnist/";

  private static final int GENERATED_TRAINING = 1_000;
  private static final int GENERATED_TEST = 200;
  private static final int REFERENCE_BATCH = 200;
  private static final int LOADERS_A_LOG = 4;

  private final MnistModel model;
  private final Digits training;
  private final Digits test;

  private MnistTask(MnistModel model, Digits training, Digits test) {
    this.model = model;
    this.training = training;
    this.test = test;
  }

  /**
   * The task on MNIST itself, from a folder, or downloaded where neither the caller nor the
   * environment names one.
   *
   * @param source where the files come from
   * @param training the number of training images
   * @param initialScale what the initial parameters are multiplied by
   * @param seed of the initial parameters
   * @param perturbation noise on the pixels in training
   * @throws org.grokfast.models.TrainingException if a file is missing or wrong
   * @throws IllegalArgumentException if there aren't so many images, or the scale isn't positive
   */
  public static MnistTask read(
      Source source, int training, double initialScale, long seed, InputPerturbation perturbation) {
    MnistFiles.Images images =
        MnistFiles.PUBLISHED.read(source.folder(), source.address(), source.listener());
    return of(images, new MnistModel(false, training, initialScale, seed, perturbation));
  }

  /**
   * Where the files come from.
   *
   * @param folder where they lie, if that was given
   * @param address where they are downloaded from if neither it nor the environment says a folder
   * @param listener told how a download goes
   */
  public record Source(Optional<Path> folder, String address, DownloadListener listener) {}

  /**
   * The task on generated images: a check that it runs, without data. It says nothing of MNIST.
   *
   * @param training the number of training images, at most 1,000
   * @param initialScale what the initial parameters are multiplied by
   * @param seed of the images and the initial parameters
   * @param perturbation noise on the pixels in training
   * @throws IllegalArgumentException if a number is outside its range
   */
  public static MnistTask generated(
      int training, double initialScale, long seed, InputPerturbation perturbation) {
    MnistFiles.Images images =
        new MnistFiles.Images(
            Digits.generated(GENERATED_TRAINING, seed), Digits.generated(GENERATED_TEST, seed + 1));
    return of(images, new MnistModel(true, training, initialScale, seed, perturbation));
  }

  static MnistTask of(MnistFiles.Images images, MnistModel model) {
    int most = images.training().count();
    if (model.training() < 1 || model.training() > most) {
      throw new IllegalArgumentException(
          "training images must be from 1 to "
              + most
              + ", as many as there are, was "
              + model.training());
    }
    if (!(model.initialScale() > 0) || Double.isInfinite(model.initialScale())) {
      throw new IllegalArgumentException(
          "initial scale must be finite and > 0, was " + model.initialScale());
    }
    return new MnistTask(model, images.training().first(model.training()), images.test());
  }

  @Override
  public String name() {
    return MnistModel.NAME;
  }

  @Override
  public Optional<String> standIn() {
    return model.generated() ? Optional.of("generated images, not MNIST") : Optional.empty();
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
  public TaskGraph build(Ops tf) {
    return model.build(tf);
  }

  @Override
  public TaskGraph buildForTraining(Ops tf) {
    return model.buildForTraining(tf);
  }

  @Override
  public StepInputs stepInputs(long seed) {
    return model.perturbation().inputs(seed);
  }

  @Override
  public int examples(Split split) {
    return digits(split).count();
  }

  private Digits digits(Split split) {
    return split == Split.TRAINING ? training : test;
  }

  @Override
  public EpochOrders orders(long seed) {
    TorchRandom random = new TorchRandom(seed);
    model.draw(random);
    int steps = (training.count() + REFERENCE_BATCH - 1) / REFERENCE_BATCH;
    return EpochOrders.dataLoader(
        random, training.count(), epoch -> LOADERS_A_LOG * logs(epoch * steps, steps));
  }

  /** In how many of some steps the reference evaluates, which goes through four loaders. */
  private static int logs(int from, int count) {
    int logs = 0;
    for (int step = from; step < from + count; step++) {
      if (step < 30 || (step < 150 && step % 10 == 0) || step % 667 == 0) {
        logs++;
      }
    }
    return logs;
  }

  @Override
  public Batch batch(Split split, int[] examples) {
    Digits all = digits(split);
    return new Batch(
        MnistModel.inputs(all.pixels(examples), all.labels(examples)), examples.length);
  }
}
