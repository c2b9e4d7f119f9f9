package org.grokfast.models.training;

import java.util.SortedMap;
import org.grokfast.models.random.TorchRandom;
import org.tensorflow.op.Ops;

/** What is learned: a model and its data. Immutable; one task may be trained many times. */
public interface Task {

  /** The name on the command line: {@code algorithmic}. */
  String name();

  /** The name in a picture's title: {@code Multiplication modulo 97}. */
  String title();

  /** Everything that the data and the model depend on, seeds included, as text. */
  SortedMap<String, String> settings();

  /** The number of examples of a split; they are numbered from 0. */
  int examples(Split split);

  /**
   * The generator that orders the examples of every epoch, in its first state. A task whose
   * reference draws other things from the same generator before draws them here.
   *
   * @param seed the seed of the run, {@link TrainingOptions#seed()}
   */
  default TorchRandom shuffles(long seed) {
    return new TorchRandom(seed);
  }

  /**
   * Adds the model to a graph. All parameters are reference variables with an initializer.
   *
   * @param tf the op builder of an empty graph
   */
  TaskGraph build(Ops tf);

  /**
   * The values of the graph's inputs for some examples.
   *
   * @param split the split
   * @param examples the numbers of the examples
   */
  Batch batch(Split split, int[] examples);
}
