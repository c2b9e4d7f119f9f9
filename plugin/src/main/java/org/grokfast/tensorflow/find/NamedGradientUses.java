package org.grokfast.tensorflow.find;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.grokfast.graph.Reachability;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.NodeDef;

/**
 * The inputs that take a named gradient for the sake of one variable: downstream of them only the
 * variable itself and its slots are written.
 *
 * <p>A {@code Switch} is looked through, as rules do: its consumers run only where the update does,
 * and a state that is written before it would also move in the steps that skip the update.
 */
final class NamedGradientUses {
  private final GraphIndex graph;
  private final TrainedVariable trained;
  private final BitSet model;
  private final List<GradientEdge> edges = new ArrayList<>();
  private final BitSet downstream = new BitSet();
  private final BitSet switches = new BitSet();
  private final Deque<Integer> branches = new ArrayDeque<>();

  /** The uses of a tensor of a graph that update this variable alone. */
  NamedGradientUses(GraphIndex graph, TensorName named, TrainedVariable trained) {
    this.graph = graph;
    this.trained = trained;
    int source = graph.id(named.node());
    this.model = graph.ancestors(source);
    collect(source, input -> isSame(input, named));
    while (!branches.isEmpty()) {
      int branch = branches.remove();
      String name = graph.name(branch);
      collect(branch, input -> isData(input, name));
    }
  }

  /** The inputs, in the order of the graph; those in a branch after the others. */
  List<GradientEdge> edges() {
    return edges;
  }

  /** Whether what these inputs take flows through a node. */
  boolean reach(int id) {
    return downstream.get(id);
  }

  /**
   * A node that places or sums rows on the way to the update, which a dense gradient has none of.
   */
  Optional<NodeDef> rowsPlaced() {
    return downstream.stream()
        .mapToObj(graph::node)
        .filter(node -> placesRows(node.getOp()))
        .findFirst();
  }

  private static boolean placesRows(String op) {
    return OpTable.isRowSum(op)
        || OpTable.isScatter(op)
        || OpTable.sparseGradientInput(op).isPresent();
  }

  private void collect(int source, Predicate<TensorName> isTaken) {
    for (int consumer : graph.consumers(source).distinct().toArray()) {
      NodeDef node = graph.node(consumer);
      BitSet reached = reached(consumer);
      if (!updateVariableAlone(reached)) {
        continue;
      }
      for (int input = 0; input < node.getInputCount(); input++) {
        if (!isTaken.test(TensorName.parse(node.getInput(input)))) {
          continue;
        }
        if (!OpTable.isSwitch(node.getOp())) {
          edges.add(new GradientEdge(node.getName(), input));
          downstream.or(reached);
        } else if (input == 0 && !switches.get(consumer)) {
          switches.set(consumer);
          branches.add(consumer);
        }
      }
    }
  }

  /** In functions the name of the output may be left out, as Python does. */
  private static boolean isSame(TensorName input, TensorName named) {
    return input.equals(named)
        || (named.output().isEmpty()
            && input.node().equals(named.node())
            && input.index() == named.index());
  }

  private static boolean isData(TensorName input, String producer) {
    return !input.isControl() && input.node().equals(producer);
  }

  private boolean updateVariableAlone(BitSet nodes) {
    Set<VariableNode> written = new HashSet<>();
    nodes.stream().forEach(id -> writes(id).ifPresent(written::add));
    return !written.isEmpty()
        && written.stream()
            .allMatch(
                variable ->
                    variable.name().equals(trained.name())
                        || (!model.get(graph.id(variable.nodeName()))
                            && variable.shape().equals(Optional.of(trained.shape()))));
  }

  /** What a node's data flows through, itself included. */
  private BitSet reached(int from) {
    return Reachability.from(
        from,
        at -> {
          String name = graph.name(at);
          return graph.consumers(at).filter(consumer -> takesData(consumer, name));
        });
  }

  private boolean takesData(int consumer, String producer) {
    return graph.inputs(consumer).stream()
        .map(TensorName::parse)
        .anyMatch(input -> isData(input, producer));
  }

  private Optional<VariableNode> writes(int id) {
    return OpTable.isWrite(graph.op(id)) && graph.inputCount(id) > 0
        ? VariableNode.behind(graph, id, 0)
        : CustomOpRule.target(graph, id);
  }
}
