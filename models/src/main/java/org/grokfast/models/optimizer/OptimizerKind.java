package org.grokfast.models.optimizer;

import java.util.Locale;
import org.tensorflow.Graph;

/** The optimizers of the tasks. */
public enum OptimizerKind {
  /** {@link Adam}. */
  ADAM,
  /** {@link AdamW}. */
  ADAMW,
  /** {@link Muon}. */
  MUON,
  /** None that is made here: the one that the task's graph came with. */
  OWN;

  /** The name on the command line: {@code adamw}. */
  public String cliName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether its weight decay shrinks the weights and leaves the gradients as they are. */
  public boolean isDecoupled() {
    return this == ADAMW || this == MUON;
  }

  /** An optimizer for the graph. */
  public AdamBase create(Graph graph, AdamOptions options) {
    return switch (this) {
      case ADAM -> new Adam(graph, options);
      case ADAMW -> new AdamW(graph, options);
      case MUON -> new Muon(graph, options);
      case OWN ->
          throw new IllegalArgumentException(
              "optimizer own is the one that a task's graph came with; none is made");
    };
  }
}
