package org.grokfast.tensorflow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
  private static final String MAIN = "";

  private final TrainingProgram program;

  ManualGradients(TrainingProgram program) {
    this.program = program;
  }

  /**
   * The sites of named gradients; they take the place of what the rules found for those variables.
   *
   * @param gradients tensor names by variable; {@code function/tensor} names one of a function
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

  /** A tensor of the main graph, for an empty function, or of a function. */
  private record Located(String function, TensorName name) {}

  private UpdateSite site(String variable, String tensor) {
    TrainedVariable trained = trained(variable);
    Located located = locate(variable, tensor);
    TrainingGraph graph = program.graph(located.function());
    int source = graph.id(located.name().node());
    BitSet model = TrainOpCopy.ancestors(graph, source);
    List<GradientEdge> edges = new ArrayList<>();
    for (int consumer : graph.consumers(source).distinct().toArray()) {
      NodeDef node = graph.node(consumer);
      if (leadsToUpdateAlone(graph, consumer, trained, model)) {
        for (int input = 0; input < node.getInputCount(); input++) {
          if (isSame(TensorName.parse(node.getInput(input)), located.name())) {
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
    requireOneOutput(graph, tensor, edges);
    GradientEdge first = edges.get(0);
    int taker = graph.id(first.node());
    UpdateSite site =
        new UpdateSite(
            trained,
            graph.node(taker).getInput(first.input()),
            edges,
            new UpdateSite.Evidence(RULE, "named by hand", Triggers.of(graph, taker)));
    return located.function().isEmpty()
        ? site
        : SiteFinder.inFunction(site, program, located.function());
  }

  private static void requireOneOutput(
      TrainingGraph graph, String tensor, List<GradientEdge> edges) {
    Set<TensorName> outputs = new LinkedHashSet<>();
    edges.forEach(
        edge ->
            outputs.add(
                TensorName.parse(graph.node(graph.id(edge.node())).getInput(edge.input()))));
    if (outputs.size() > 1) {
      throw new GraphRewriteException(
          "gradient '"
              + tensor
              + "' may be any of "
              + String.join(
                  ", ",
                  outputs.stream()
                      .map(name -> name.node() + ":" + name.output() + ":" + name.index())
                      .toList())
              + "; name one of them");
    }
  }

  /** In functions the name of the output may be left out, as Python does. */
  private static boolean isSame(TensorName input, TensorName named) {
    return input.equals(named)
        || (named.output().isEmpty()
            && input.node().equals(named.node())
            && input.index() == named.index());
  }

  private Located locate(String variable, String tensor) {
    TensorName name = TensorName.parse(tensor);
    // Only functions spell the name of an output.
    if (!name.isControl() && name.output().isEmpty() && program.main().has(name.node())) {
      return new Located(MAIN, name);
    }
    List<Located> found = new ArrayList<>();
    for (FunctionBody body : program.functions().values()) {
      String prefix = body.name() + "/";
      boolean named = tensor.startsWith(prefix);
      TensorName inside = named ? TensorName.parse(tensor.substring(prefix.length())) : name;
      if (!inside.isControl() && body.graph().has(inside.node())) {
        found.add(new Located(body.name(), inside));
      }
    }
    if (found.isEmpty()) {
      throw new GraphRewriteException(
          "gradient '" + tensor + "' of variable '" + variable + "' is no tensor of the graph");
    }
    if (found.size() > 1) {
      throw new GraphRewriteException(
          "gradient '"
              + tensor
              + "' of variable '"
              + variable
              + "' is in the functions "
              + String.join(", ", found.stream().map(Located::function).toList())
              + "; write FUNCTION/"
              + tensor);
    }
    return found.get(0);
  }

  private TrainedVariable trained(String variable) {
    Optional<VariableNode> node =
        program.main().has(variable)
            ? VariableNode.of(program.main().node(program.main().id(variable)))
            : Optional.empty();
    return node.flatMap(VariableNode::trained)
        .orElseThrow(
            () ->
                new GraphRewriteException(
                    "'"
                        + variable
                        + "' is no floating-point variable of a fixed shape in this graph"));
  }

  private static boolean leadsToUpdateAlone(
      TrainingGraph graph, int consumer, TrainedVariable trained, BitSet model) {
    Set<VariableNode> written = writtenVariables(graph, consumer);
    return !written.isEmpty()
        && written.stream()
            .allMatch(
                variable ->
                    variable.name().equals(trained.name())
                        || (!model.get(graph.id(variable.nodeName()))
                            && variable.shape().equals(Optional.of(trained.shape()))));
  }

  /** The variables that are written from what a node computes. */
  private static Set<VariableNode> writtenVariables(TrainingGraph graph, int from) {
    Set<VariableNode> written = new HashSet<>();
    BitSet seen = new BitSet();
    Deque<Integer> todo = new ArrayDeque<>();
    todo.add(from);
    seen.set(from);
    while (!todo.isEmpty()) {
      int at = todo.remove();
      writes(graph, at).ifPresent(written::add);
      String name = graph.node(at).getName();
      graph
          .consumers(at)
          .filter(consumer -> !seen.get(consumer) && takesData(graph, consumer, name))
          .forEach(
              consumer -> {
                seen.set(consumer);
                todo.add(consumer);
              });
    }
    return written;
  }

  private static boolean takesData(TrainingGraph graph, int consumer, String producer) {
    return graph.node(consumer).getInputList().stream()
        .map(TensorName::parse)
        .anyMatch(input -> !input.isControl() && input.node().equals(producer));
  }

  private static Optional<VariableNode> writes(TrainingGraph graph, int id) {
    String op = graph.node(id).getOp();
    boolean writer =
        op.startsWith("Assign")
            || ApplyOps.denseGradientInput(op).isPresent()
            || ApplyOps.sparseGradientInput(op).isPresent()
            || op.startsWith("Scatter")
            || op.startsWith("ResourceScatter");
    return writer && graph.node(id).getInputCount() > 0
        ? VariableNode.behind(graph, id, 0)
        : Optional.empty();
  }
}
