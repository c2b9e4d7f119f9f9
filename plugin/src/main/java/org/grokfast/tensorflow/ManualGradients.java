package org.grokfast.tensorflow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.tensorflow.proto.NodeDef;

/**
 * Gradients named by the user, for updates that no rule knows: {@code --gradient w=gradients/w:0}.
 *
 * <p>Of the inputs that take the named tensor, those are redirected that lead to the optimizer's
 * arithmetic for this variable: downstream of them only the variable itself and its slots are
 * written. A slot has the variable's shape and, unlike what the model computes with, no influence
 * on the gradient. A norm over all gradients, or a gradient that goes on to other layers, leads to
 * the updates of others too and keeps the raw tensor.
 */
final class ManualGradients {
  private static final String RULE = "by-hand";

  private final TrainingGraph graph;

  ManualGradients(TrainingGraph graph) {
    this.graph = graph;
  }

  /**
   * The sites of named gradients; they take the place of what the rules found for those variables.
   *
   * @param gradients tensor names by variable
   * @throws GraphRewriteException if a name is not in the graph or does not fit the other
   */
  List<Finding> replace(List<Finding> found, Map<String, String> gradients) {
    List<Finding> result = new ArrayList<>();
    for (Finding finding : found) {
      if (!(finding instanceof UpdateSite site) || !gradients.containsKey(site.variable().name())) {
        result.add(finding);
      }
    }
    gradients.forEach((variable, tensor) -> result.add(site(variable, tensor)));
    return result;
  }

  private UpdateSite site(String variable, String tensor) {
    TrainedVariable trained = trained(variable);
    TensorName name = TensorName.parse(tensor);
    if (!graph.has(name.node()) || name.isControl()) {
      throw new GraphRewriteException(
          "gradient '" + tensor + "' of variable '" + variable + "' is no tensor of the graph");
    }
    int source = graph.id(name.node());
    BitSet model = TrainOpCopy.ancestors(graph, source);
    List<GradientEdge> edges = new ArrayList<>();
    for (int consumer : graph.consumers(source).distinct().toArray()) {
      NodeDef node = graph.node(consumer);
      if (leadsToUpdateAlone(consumer, trained, model)) {
        for (int input = 0; input < node.getInputCount(); input++) {
          if (TensorName.parse(node.getInput(input)).equals(name)) {
            edges.add(new GradientEdge(node.getName(), input));
          }
        }
      }
    }
    if (edges.isEmpty()) {
      throw new GraphRewriteException(
          "gradient '"
              + tensor
              + "' reaches no update of variable '"
              + variable
              + "' alone; name the tensor that its optimizer takes");
    }
    GradientEdge first = edges.get(0);
    return new UpdateSite(
        trained,
        // As the graph spells it, which is what stripping brings back.
        graph.node(graph.id(first.node())).getInput(first.input()),
        edges,
        new UpdateSite.Evidence(RULE, "named by hand", Triggers.of(graph, graph.id(first.node()))));
  }

  private TrainedVariable trained(String variable) {
    Optional<VariableNode> node =
        graph.has(variable) ? VariableNode.of(graph.node(graph.id(variable))) : Optional.empty();
    return node.flatMap(VariableNode::trained)
        .orElseThrow(
            () ->
                new GraphRewriteException(
                    "'"
                        + variable
                        + "' is no floating-point variable of a fixed shape in this graph"));
  }

  private boolean leadsToUpdateAlone(int consumer, TrainedVariable trained, BitSet model) {
    Set<VariableNode> written = writtenVariables(consumer);
    return !written.isEmpty()
        && written.stream()
            .allMatch(
                variable ->
                    variable.name().equals(trained.name())
                        || (!model.get(graph.id(variable.nodeName()))
                            && variable.shape().equals(Optional.of(trained.shape()))));
  }

  /** The variables that are written from what a node computes. */
  private Set<VariableNode> writtenVariables(int from) {
    Set<VariableNode> written = new HashSet<>();
    BitSet seen = new BitSet();
    Deque<Integer> todo = new ArrayDeque<>();
    todo.add(from);
    seen.set(from);
    while (!todo.isEmpty()) {
      int at = todo.remove();
      writes(at).ifPresent(written::add);
      String name = graph.node(at).getName();
      graph
          .consumers(at)
          .filter(consumer -> !seen.get(consumer) && takesData(consumer, name))
          .forEach(
              consumer -> {
                seen.set(consumer);
                todo.add(consumer);
              });
    }
    return written;
  }

  private boolean takesData(int consumer, String producer) {
    return graph.node(consumer).getInputList().stream()
        .map(TensorName::parse)
        .anyMatch(input -> !input.isControl() && input.node().equals(producer));
  }

  private Optional<VariableNode> writes(int id) {
    String op = graph.node(id).getOp();
    boolean writer =
        op.startsWith("Assign")
            || ApplyOps.isKnown(op)
            || op.startsWith("Scatter")
            || op.startsWith("ResourceScatter");
    return writer && graph.node(id).getInputCount() > 0
        ? VariableNode.behind(graph, id, 0)
        : CustomOpRule.target(graph, id);
  }
}
