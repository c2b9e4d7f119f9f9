package org.grokfast.tensorflow.find;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.rewrite.CallPath;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.graph.FunctionBody;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.UpdateSinks;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.NodeDef;

/**
 * Gradients named by the user, for updates that no rule knows: {@code --gradient w=gradients/w:0}.
 *
 * <p>Of the inputs that take the named tensor, those are redirected that lead to the optimizer's
 * arithmetic for this variable: downstream of them only the variable itself and its slots are
 * written. A slot has the variable's shape and, unlike what the model computes with, no influence
 * on the gradient. A norm over all gradients, or a gradient that goes on to other layers, leads to
 * the updates of others too and keeps the raw tensor.
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>The inputs that lead to the update of the variable and its slots are redirected.
 *   <li>A training op that no rule knows can be named the gradient of.
 *   <li>A gradient of a function is named with the function before it.
 *   <li>A gradient that enters a branch is filtered inside it.
 *   <li>{@code ScatterNd} makes a new tensor and writes no variable, though its first input be one.
 *   <li>A tensor that is not in the graph is refused.
 *   <li>A tensor that does not lead to the update is refused.
 *   <li>A gradient of some rows that no rule knows is refused.
 *   <li>So is one that an op scatters by index tuples.
 *   <li>A gradient that both branches take has to name one of them.
 *   <li>A variable that is none is refused.
 *   <li>So is a variable in place of a gradient.
 * </ol>
 */
public final class NamedGradients {
  private static final String RULE = "by-hand";
  private static final String MAIN = "";

  private final Program program;
  private final SiteContext placement;

  public NamedGradients(Program program) {
    this.program = program;
    this.placement = new SiteContext(program);
  }

  /**
   * The sites of named gradients; they take the place of what the rules found for those variables.
   *
   * @param gradients tensor names by variable; {@code function/tensor} names one of a function
   * @throws GraphRewriteException if a name is not in the graph or does not fit the other, if the
   *     gradient is sparse and no rule knows its rows, or if it stands where no state can be kept
   */
  public List<Finding> replace(List<Finding> found, Map<String, String> gradients) {
    List<Finding> result = new ArrayList<>();
    for (Finding finding : found) {
      if (!(finding instanceof UpdateSite site) || !gradients.containsKey(site.variable().name())) {
        result.add(finding);
      }
    }
    for (Map.Entry<String, String> named : gradients.entrySet()) {
      Site site = site(named.getKey(), named.getValue(), found);
      result.removeIf(finding -> finding instanceof NearMiss miss && site.answers(miss));
      result.add(site.found());
    }
    return result;
  }

  /** A tensor of the main graph, for an empty function, or of a function. */
  private record Located(Optional<CallPath> place, TensorName name) {
    String function() {
      return place.map(CallPath::function).orElse(MAIN);
    }
  }

  /** A site and what it was found by. */
  private record Site(UpdateSite found, GraphIndex graph, NamedGradientUses uses) {

    /** Whether a rule found this update and asked for the name of its gradient. */
    boolean answers(NearMiss miss) {
      return miss.function().equals(found.function()) && uses.reach(graph.id(miss.anchor()));
    }
  }

  private Site site(String variable, String tensor, List<Finding> found) {
    TrainedVariable trained = trained(variable);
    Located located = locate(variable, tensor);
    GraphIndex graph = program.graph(located.function());
    if (OpTable.isVariable(graph.op(graph.id(located.name().node())))) {
      throw new GraphRewriteException(
          "gradient '"
              + tensor
              + "' of variable '"
              + variable
              + "' is a variable itself; name the tensor that the optimizer of '"
              + variable
              + "' takes");
    }
    NamedGradientUses uses = new NamedGradientUses(graph, located.name(), trained);
    List<GradientEdge> edges = uses.edges();
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
    int consumer = graph.id(first.node());
    String gradient = graph.input(consumer, first.input());
    Optional<UpdateSite.Rows> rows = rows(trained, located.function(), gradient, found);
    if (rows.isEmpty()) {
      uses.rowsPlaced().ifPresent(node -> refuseRows(variable, tensor, node));
    }
    UpdateSite site =
        new UpdateSite(
            trained,
            gradient,
            edges,
            rows,
            new UpdateSite.Evidence(RULE, "named by hand", UpdateSinks.of(graph, consumer)),
            located.place());
    return new Site(placed(site, tensor), graph, uses);
  }

  /** The site where it stands, which may be where a rule's would be a miss. */
  private UpdateSite placed(UpdateSite site, String tensor) {
    Finding finding = placement.place(site);
    if (finding instanceof UpdateSite placed) {
      return placed;
    }
    throw new GraphRewriteException(
        "gradient '"
            + tensor
            + "' of variable '"
            + site.variable().name()
            + "' can't be filtered: "
            + finding);
  }

  /** The rows of a sparse gradient, which only a rule knows; empty where none takes this one. */
  private static Optional<UpdateSite.Rows> rows(
      TrainedVariable variable, String function, String gradient, List<Finding> found) {
    return found.stream()
        .filter(UpdateSite.class::isInstance)
        .map(UpdateSite.class::cast)
        .filter(
            site ->
                site.variable().equals(variable)
                    && site.function().equals(function)
                    && TensorName.parse(site.gradient()).equals(TensorName.parse(gradient)))
        .findFirst()
        .flatMap(UpdateSite::rows);
  }

  private static void refuseRows(String variable, String tensor, NodeDef node) {
    throw new GraphRewriteException(
        "gradient '"
            + tensor
            + "' of variable '"
            + variable
            + "' is of some rows alone, which '"
            + node.getName()
            + "' ("
            + node.getOp()
            + ") places, and no rule says which rows these are; leave the variable to the rules, or"
            + " name a gradient of all rows");
  }

  private static void requireOneOutput(GraphIndex graph, String tensor, List<GradientEdge> edges) {
    Set<TensorName> outputs = new LinkedHashSet<>();
    edges.forEach(
        edge -> outputs.add(TensorName.parse(graph.input(graph.id(edge.node()), edge.input()))));
    if (outputs.size() > 1) {
      throw new GraphRewriteException(
          "gradient '"
              + tensor
              + "' may be any of "
              + String.join(", ", outputs.stream().map(NamedGradients::spelled).toList())
              + "; name one of them");
    }
  }

  private static String spelled(TensorName name) {
    return name.node() + (name.output().isEmpty() ? ":" : ":" + name.output() + ":") + name.index();
  }

  private Located locate(String variable, String tensor) {
    TensorName name = TensorName.parse(tensor);
    // Only functions spell the name of an output.
    if (!name.isControl() && name.output().isEmpty() && program.main().has(name.node())) {
      return new Located(Optional.empty(), name);
    }
    List<Located> found = new ArrayList<>();
    for (FunctionBody body : program.functions().values()) {
      String prefix = body.name() + "/";
      boolean named = tensor.startsWith(prefix);
      TensorName inside = named ? TensorName.parse(tensor.substring(prefix.length())) : name;
      if (!inside.isControl() && body.graph().has(inside.node())) {
        found.add(new Located(Optional.of(program.place(body)), inside));
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
            ? VariableNode.at(program.main(), program.main().id(variable))
            : Optional.empty();
    return node.flatMap(VariableNode::trained)
        .orElseThrow(
            () ->
                new GraphRewriteException(
                    "'"
                        + variable
                        + "' is no floating-point variable of a fixed shape in this graph"));
  }
}
