package org.grokfast.models.task;

import java.util.Optional;
import org.grokfast.filter.GradientFilter;
import org.grokfast.models.random.TorchRandom;
import org.tensorflow.op.Ops;

/** What is learned: a model and its data. Immutable; one task may be trained many times. */
public interface Task extends TaskModel {

  /**
   * What the data stands in for, if it was made up: {@code generated images, not MNIST}. A run on
   * such data shows that the task works, and nothing else.
   */
  default Optional<String> standIn() {
    return Optional.empty();
  }

  /**
   * Adds the model to a graph that it is trained in. Its loss and its training accuracy may be
   * those of inputs with noise, or have a penalty; whatever else it gives is what {@link #build}
   * gives.
   *
   * @param tf the op builder of an empty graph
   */
  default TaskGraph buildForTraining(Ops tf) {
    return build(tf);
  }

  /**
   * What updates take beside their batches.
   *
   * @param seed the seed of the run, {@link TrainingOptions#seed()}
   */
  default StepInputs stepInputs(long seed) {
    return StepInputs.NONE;
  }

  /**
   * Whether the task comes with a graph that has an optimizer: its runs have {@code
   * OptimizerKind.OWN}, and nothing is built.
   */
  default boolean hasOwnStep() {
    return false;
  }

  /**
   * That graph, loaded.
   *
   * @param filter what is put in front of its optimizer
   * @param threads the number of threads within an operation
   * @throws UnsupportedOperationException if there is none
   */
  default OwnStep ownStep(Optional<GradientFilter> filter, int threads) {
    throw new UnsupportedOperationException("the task " + name() + " has no step of its own");
  }

  /** The number of examples of a split; they are numbered from 0. */
  int examples(Split split);

  /**
   * The orders of the training examples from the first epoch on. A task whose reference draws other
   * things from the same generator before draws them here.
   *
   * @param seed the seed of the run, {@link TrainingOptions#seed()}
   */
  default EpochOrders orders(long seed) {
    return EpochOrders.reshuffled(new TorchRandom(seed), examples(Split.TRAINING));
  }

  /**
   * The values of the graph's inputs for some examples.
   *
   * @param split the split
   * @param examples the numbers of the examples
   */
  Batch batch(Split split, int[] examples);
}
