package org.grokfast.tensorflow.find;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.grokfast.tensorflow.nodes.OpMemo;
import org.grokfast.text.ShellWord;
import org.tensorflow.proto.NodeDef;

/**
 * A training op that is not TensorFlow's, as add-ons and users bring along: {@code LambApply(w, …,
 * grad)}. It is known by its name and by the variable that it takes; which of its inputs is the
 * gradient only the user knows.
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>An op with {@code Apply} in its type that takes a variable is a near-miss that names its
 *       inputs.
 *   <li>So is one with {@code Optimize} in it, in a function too.
 *   <li>A training op of TensorFlow is left to its own rule.
 *   <li>An op that takes no variable is none.
 *   <li>Nor is one of another name, whatever it takes.
 *   <li>Nor is an accumulator of TensorFlow, which takes a worker's count of steps and hands out an
 *       average of gradients.
 * </ol>
 */
final class CustomOpRule implements NodeRule {
  private static final String NAME = "custom-op";
  private static final OpMemo<Boolean> TRAINING_OP =
      OpMemo.matching("(?!(Resource|Sparse)?AccumulatorApplyGradient$).*(Apply|Optimize).*");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "training ops that are not TensorFlow's and whose gradient has to be named";
  }

  @Override
  public Optional<Finding> examine(GraphIndex graph, int id) {
    return target(graph, id)
        .map(variable -> new NearMiss(graph.name(id), NAME, reason(graph, id, variable)));
  }

  /** The variable that a node updates, if it is a training op that is not TensorFlow's. */
  static Optional<VariableNode> target(GraphIndex graph, int id) {
    String op = graph.op(id);
    if (!TRAINING_OP.get(op) || OpTable.isTraining(op)) {
      return Optional.empty();
    }
    for (int input = 0; input < graph.inputCount(id); input++) {
      Optional<VariableNode> variable = VariableNode.behind(graph, id, input);
      if (variable.isPresent()) {
        return variable;
      }
    }
    return Optional.empty();
  }

  private static Reason reason(GraphIndex graph, int id, VariableNode variable) {
    NodeDef node = graph.node(id);
    List<String> others = new ArrayList<>();
    for (int input = 0; input < node.getInputCount(); input++) {
      if (!TensorName.isControl(node.getInput(input))
          && VariableNode.behind(graph, id, input).isEmpty()) {
        others.add(node.getInput(input));
      }
    }
    return Reason.of(
        "updates '"
            + variable.name()
            + "' by the op '"
            + node.getOp()
            + "', which is not TensorFlow's",
        "name its gradient with --gradient "
            + ShellWord.of(variable.name() + "=TENSOR")
            + ", of the inputs "
            + String.join(", ", others));
  }
}
