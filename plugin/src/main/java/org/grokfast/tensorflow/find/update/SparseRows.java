package org.grokfast.tensorflow.find.update;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.find.flow.CallTree;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.find.flow.TensorNumbering;
import org.grokfast.tensorflow.find.roles.RoleAnalysis;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * The rows that a sparse gradient is of: the tensor of their numbers that the update of a variable
 * takes, together with every input that takes it.
 */
public final class SparseRows {
  private final InlinedFlow flow;
  private final RoleAnalysis optimizer;
  private final int variable;

  public SparseRows(InlinedFlow flow, RoleAnalysis optimizer, int variable) {
    this.flow = flow;
    this.optimizer = optimizer;
    this.variable = variable;
  }

  /** Whether rows that a gradient holds are summed or scattered on its way to the update. */
  public boolean isSparse(int gradient) {
    BitSet start = new BitSet();
    start.set(gradient);
    BitSet after = flow.descendants(start);
    after.clear(gradient);
    for (int t = after.nextSetBit(0); t >= 0; t = after.nextSetBit(t + 1)) {
      String op = flow.op(t);
      if (optimizer.updates(t) == variable && (OpTable.isRowSum(op) || OpTable.isScatter(op))) {
        return true;
      }
    }
    return false;
  }

  /** The rows of a gradient; empty where they are not one tensor beside it. */
  public Optional<UpdateSite.Rows> find(int gradient) {
    CallTree.Instance instance = flow.instance(gradient);
    GraphIndex graph = instance.graph();
    BitSet model = graph.ancestors(flow.nodeId(gradient));
    Set<Integer> numbers = new LinkedHashSet<>();
    List<Integer> consumers = new ArrayList<>();
    for (int node = 0; node < graph.size(); node++) {
      if (model.get(node) || !updatesVariable(instance, node)) {
        continue;
      }
      consumers.add(node);
      int input = OpTable.rowNumbers(graph.op(node));
      int[] inputs = instance.tensors().inputs(node);
      if (input >= 0 && input < inputs.length && inputs[input] != TensorNumbering.NONE) {
        numbers.add(inputs[input]);
      }
    }
    // By tensor, the nodes that make it: of numbers made from each other, the first ones.
    Map<Integer, BitSet> first = new LinkedHashMap<>();
    for (int tensor : numbers) {
      int maker = instance.tensors().node(tensor);
      BitSet made = graph.ancestors(maker);
      if (numbers.stream()
          .map(other -> instance.tensors().node(other))
          .noneMatch(other -> other != maker && made.get(other))) {
        first.put(tensor, made);
      }
    }
    if (first.size() != 1) {
      return Optional.empty();
    }
    int rows = first.keySet().iterator().next();
    BitSet made = first.get(rows);
    if (consumers.stream().anyMatch(node -> made.get(node) && takes(instance, node, gradient))) {
      // The filter needs the rows before what takes the gradient can run.
      return Optional.empty();
    }
    List<GradientEdge> edges = new ArrayList<>();
    boolean wide = false;
    for (int node : consumers) {
      int[] inputs = instance.tensors().inputs(node);
      for (int input = 0; input < inputs.length; input++) {
        if (inputs[input] == rows) {
          edges.add(new GradientEdge(graph.name(node), input));
          wide |= isWide(graph.node(node));
        }
      }
    }
    GradientEdge edge = edges.get(0);
    String spelled = graph.input(graph.id(edge.node()), edge.input());
    return Optional.of(new UpdateSite.Rows(spelled, wide, edges));
  }

  private boolean takes(CallTree.Instance instance, int node, int tensor) {
    return IntStream.of(instance.tensors().inputs(node))
        .anyMatch(t -> t != TensorNumbering.NONE && flow.number(instance, t) == tensor);
  }

  private static boolean isWide(NodeDef node) {
    AttrValue type = node.getAttrOrDefault("Tindices", AttrValue.getDefaultInstance());
    return type.getType() == DataType.DT_INT64;
  }

  private boolean updatesVariable(CallTree.Instance instance, int node) {
    return instance.tensors().of(node).stream()
        .mapToInt(t -> flow.number(instance, t))
        .anyMatch(t -> t >= 0 && optimizer.updates(t) == variable);
  }
}
