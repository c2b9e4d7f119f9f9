package org.grokfast.tests.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Orthogonal;
import org.grokfast.models.algorithmic.AlgorithmicSpec;
import org.grokfast.models.algorithmic.AlgorithmicTask;
import org.grokfast.models.algorithmic.BinaryOperation;
import org.grokfast.models.algorithmic.ModularArithmetic;
import org.grokfast.models.imdb.ImdbSpec;
import org.grokfast.models.imdb.ImdbTask;
import org.grokfast.models.imdb.NetworkShape;
import org.grokfast.models.imdb.ReviewSelection;
import org.grokfast.models.mnist.MnistSpec;
import org.grokfast.models.mnist.MnistTask;
import org.grokfast.models.qm9.Qm9Spec;
import org.grokfast.models.qm9.Qm9Task;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.InputPerturbation;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.models.task.TrainingOptions;

/**
 * The four tasks in the sizes of the reference's runs, with its optimizer and the weight decay of
 * its filtered runs. The reviews and molecules are the real ones where they lie beside the
 * checkout, as their lengths decide what a step costs.
 */
enum BenchmarkTask {
  /** The transformer. */
  ALGORITHMIC(new AlgorithmicSpec(), MovingAverage.of(100, 5), 5),
  /** The perceptron. */
  MNIST(new MnistSpec(), MovingAverage.of(10, 0.1), 30),
  /** The LSTM. */
  IMDB(new ImdbSpec(), MovingAverage.of(100, 5), 1),
  /** The graph network. */
  QM9(new Qm9Spec(), MovingAverage.of(20, 1), 30);

  private static final Path DATA =
      Path.of(System.getProperty("grokfast.root"), "..", "shared", "data");

  @SuppressWarnings("ImmutableEnumChecker") // a task's description doesn't change
  private final TaskSpec spec;

  @SuppressWarnings("ImmutableEnumChecker") // nor does a filter's
  private final MovingAverage movingAverage;

  private final int stepsARound;

  BenchmarkTask(TaskSpec spec, MovingAverage movingAverage, int stepsARound) {
    this.spec = spec;
    this.movingAverage = movingAverage;
    this.stepsARound = stepsARound;
  }

  /** How many steps of a graph are timed in a row. */
  int stepsARound() {
    return stepsARound;
  }

  /** The name of the task. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The task, of seed 0. */
  Task task() {
    return switch (this) {
      case ALGORITHMIC ->
          new AlgorithmicTask(
              new ModularArithmetic(BinaryOperation.MUL, ModularArithmetic.DEFAULT_PRIME),
              AlgorithmicTask.DEFAULT_TRAIN_FRACTION,
              0);
      case MNIST ->
          MnistTask.generated(
              MnistTask.TRAINING, MnistTask.INITIAL_SCALE, 0, InputPerturbation.NONE);
      case IMDB ->
          data()
              .map(
                  folder ->
                      ImdbTask.read(
                          Optional.of(folder), ReviewSelection.DEFAULT, NetworkShape.DEFAULT, 0))
              .orElseGet(
                  () -> ImdbTask.generated(ReviewSelection.DEFAULT, NetworkShape.DEFAULT, 0));
      case QM9 ->
          data()
              .map(
                  folder ->
                      Qm9Task.read(
                          Optional.of(folder), Qm9Task.MOLECULES, Qm9Task.INITIAL_SCALE, 0))
              .orElseGet(() -> Qm9Task.generated(Qm9Task.MOLECULES, Qm9Task.INITIAL_SCALE, 0));
    };
  }

  private Optional<Path> data() {
    return Optional.of(DATA.resolve(label())).filter(Files::isDirectory);
  }

  /**
   * The reference's run.
   *
   * @param filter in place of its filter
   */
  TrainingOptions options(Optional<GradientFilter> filter) {
    return spec.reference().toBuilder().filter(filter).build();
  }

  /** A filter: the reference's for {@code ema} and {@code ma}, by default values else. */
  Optional<GradientFilter> filter(Arm arm) {
    return switch (arm) {
      case NONE -> Optional.empty();
      case EMA -> spec.reference().filter();
      case MA -> Optional.of(movingAverage);
      case ORTHOGONAL -> Optional.of(Orthogonal.defaults());
    };
  }

  /** What a step is timed with. */
  enum Arm {
    /** No filter. */
    NONE,
    /** An exponential moving average. */
    EMA,
    /** A moving average. */
    MA,
    /** Of every matrix. */
    ORTHOGONAL;

    /** The name in a table. */
    String label() {
      return this == NONE ? "no filter" : "`" + name().toLowerCase(Locale.ROOT) + "`";
    }
  }

  /** How many full batches the training examples fill, at least one. */
  int batches(Task task) {
    return Math.max(1, task.examples(Split.TRAINING) / spec.reference().batch());
  }

  /** The examples one after the other, as they are numbered. */
  Batch batch(Task task, int number) {
    int size = spec.reference().batch();
    return task.batch(
        Split.TRAINING, IntStream.range(number * size, (number + 1) * size).toArray());
  }
}
