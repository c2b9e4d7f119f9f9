package org.grokfast.tensorflow;

import java.util.BitSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.grokfast.rewrite.GradientEdge;
import org.tensorflow.proto.NodeDef;

/**
 * Follows what an optimizer subtracts from a variable back to the gradient, through the factors
 * that the optimizer itself puts on it.
 *
 * <p>TensorFlow names the ops of one update under one scope ({@code train/update_w/}); a factor
 * outside of that scope, such as that of clipping, belongs to the gradient.
 */
final class UpdateArithmetic {
  private static final Set<String> FACTORS = Set.of("Mul", "Neg", "Identity");

  private final TrainingGraph graph;
  private final String scope;

  /** Follows updates of the scope of a node. */
  UpdateArithmetic(TrainingGraph graph, int update) {
    this.graph = graph;
    this.scope = scope(graph.node(update).getName());
  }

  /**
   * The input through which the gradient enters the arithmetic.
   *
   * @param id a node of the update
   * @param input the input that takes what is subtracted
   * @param data nodes on which the gradient depends and a learning rate does not
   */
  Optional<GradientEdge> gradientEdge(int id, int input, BitSet data) {
    int at = id;
    int through = input;
    for (int steps = 0; steps <= graph.size(); steps++) {
      int producer = graph.producer(at, through);
      NodeDef node = graph.node(producer);
      if (!FACTORS.contains(node.getOp()) || !isInScope(producer)) {
        return isGradient(producer)
            ? Optional.of(new GradientEdge(graph.node(at).getName(), through))
            : Optional.empty();
      }
      at = producer;
      through = dataInput(producer, data);
      if (through < 0) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  boolean isInScope(int id) {
    return scope(graph.node(id).getName()).equals(scope);
  }

  /** The one input that depends on data; −1 where it isn't one. */
  private int dataInput(int id, BitSet data) {
    int found = -1;
    for (int input = 0; input < graph.node(id).getInputCount(); input++) {
      if (graph.node(id).getInput(input).startsWith("^")) {
        continue;
      }
      if (TrainOpCopy.ancestors(graph, graph.producer(id, input)).intersects(data)) {
        if (found >= 0) {
          return -1;
        }
        found = input;
      }
    }
    return found;
  }

  /** Whether a name says that a node belongs to a backward pass or to clipping. */
  private boolean isGradient(int id) {
    String name = graph.node(id).getName().toLowerCase(Locale.ROOT);
    return name.contains("grad") || name.contains("clip");
  }

  private static String scope(String name) {
    return name.substring(0, name.lastIndexOf('/') + 1);
  }
}
