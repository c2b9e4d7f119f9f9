package org.grokfast.models.analysis.graph;

import java.util.List;
import org.grokfast.models.task.Batch;

/** A loss whose parameters can be moved, with its gradient where they are. */
interface MovableLoss {
  /** The parameters, one after the other. */
  double[] parameters();

  /** Moves the parameters. */
  void set(double[] parameters);

  /** The gradient of the mean loss, in the order of the parameters. */
  double[] gradient(List<Batch> batches);
}
