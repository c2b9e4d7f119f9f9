package org.grokfast.models.analysis;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.grokfast.models.analysis.graph.LossGraph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.nn.LogSoftmax;
import org.tensorflow.op.nn.SoftmaxCrossEntropyWithLogits;

/** Tells losses that are a softmax cross-entropy, for which saturation has a meaning. */
final class CrossEntropy {
  private static final Set<String> ENTROPIES =
      Set.of(SoftmaxCrossEntropyWithLogits.OP_NAME, LogSoftmax.OP_NAME);

  private CrossEntropy() {}

  /** Whether the loss is made of the cross-entropy of the model's output. */
  static boolean isLossOf(LossGraph loss) {
    String output = loss.outputs().output().asOutput().op().name();
    return above(loss.outputs().loss(), output);
  }

  private static boolean above(Operand<?> start, String output) {
    Deque<GraphOperation> open = new ArrayDeque<>();
    Set<String> seen = new HashSet<>();
    if (start.asOutput().op() instanceof GraphOperation first) {
      open.add(first);
    }
    while (!open.isEmpty()) {
      GraphOperation operation = open.pop();
      if (!seen.add(operation.name())) {
        continue;
      }
      boolean entropy = ENTROPIES.contains(operation.type());
      if (entropy && leadsTo(operation, output)) {
        return true;
      }
      for (int i = 0; i < operation.numInputs(); i++) {
        if (operation.input(i).op() instanceof GraphOperation input) {
          open.add(input);
        }
      }
    }
    return false;
  }

  /**
   * The logits enter it directly, or through operations that don't change numbers; a cast makes
   * them wider.
   */
  private static boolean leadsTo(GraphOperation entropy, String output) {
    GraphOperation at = entropy;
    do {
      at = at.input(0).op() instanceof GraphOperation input ? input : entropy;
    } while (!at.name().equals(output)
        && List.of("Identity", "Reshape", "Cast").contains(at.type()));
    return at.name().equals(output);
  }
}
