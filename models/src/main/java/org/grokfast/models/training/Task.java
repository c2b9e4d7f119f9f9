package org.grokfast.models.training;

import org.grokfast.models.random.TorchRandom;

/** What is learned: a model and its data. Immutable; one task may be trained many times. */
public interface Task extends TaskModel {

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
   * The values of the graph's inputs for some examples.
   *
   * @param split the split
   * @param examples the numbers of the examples
   */
  Batch batch(Split split, int[] examples);
}
