package org.grokfast.tensorflow;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.Miss;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * A sparse update without a training op, as TensorFlow 1 makes it for embeddings.
 *
 * <pre>
 *   GradientDescent:  ScatterSub(w, indices, rate · values)
 *   Adam:             unique = Unique(indices); sums = UnsortedSegmentSum(values, …)
 *                     ScatterAdd(m, unique, (1 − beta1) · sums); ScatterAdd(v, …); AssignSub(w, …)
 * </pre>
 *
 * Values and indices are redirected where they enter, to the filtered gradient of every row.
 */
final class ScatterRule implements SiteRule {
  static final String NAME = "scatter-update";
  private static final int TARGET = 0;
  private static final int INDICES = 1;
  private static final int UPDATES = 2;
  private static final Set<String> OPS =
      Set.of("ScatterAdd", "ScatterSub", "ResourceScatterAdd", "ResourceScatterSub");

  @Override
  public Optional<Finding> examine(TrainingGraph graph, int id) {
    NodeDef node = graph.node(id);
    if (!OPS.contains(node.getOp()) || node.getInputCount() <= UPDATES) {
      return Optional.empty();
    }
    UpdateArithmetic arithmetic = new UpdateArithmetic(graph, id);
    Optional<VariableNode> target = VariableNode.behind(graph, id, TARGET);
    Optional<VariableNode> updated = assignedInScope(graph, id, arithmetic);
    if (target.isEmpty() || (updated.isPresent() && !isFirst(graph, id, arithmetic))) {
      return Optional.empty();
    }
    Optional<TrainedVariable> variable = updated.or(() -> target).flatMap(VariableNode::trained);
    if (variable.isEmpty()) {
      return Optional.empty();
    }
    BitSet data = TrainOpCopy.ancestors(graph, graph.producer(id, INDICES));
    OptionalInt sums = segmentSum(graph, id, arithmetic);
    Optional<GradientEdge> values =
        sums.isPresent()
            ? Optional.of(new GradientEdge(graph.node(sums.getAsInt()).getName(), 0))
            : arithmetic.gradientEdge(id, UPDATES, data);
    if (values.isEmpty()) {
      return Optional.of(
          new Miss(
              node.getName(),
              NAME,
              "updates rows of '"
                  + variable.get().name()
                  + "', but no gradient is recognised in what it takes"));
    }
    GradientEdge rows = rowsEdge(graph, id, arithmetic);
    NodeDef taker = graph.node(graph.id(values.get().node()));
    return Optional.of(
        new UpdateSite(
            variable.get(),
            taker.getInput(values.get().input()),
            List.of(values.get()),
            Optional.of(rows(graph, node, rows)),
            new UpdateSite.Evidence(
                NAME, node.getOp() + " '" + node.getName() + "'", Triggers.of(graph, id))));
  }

  private static UpdateSite.Rows rows(TrainingGraph graph, NodeDef scatter, GradientEdge edge) {
    boolean wide =
        scatter.getAttrOrDefault("Tindices", AttrValue.getDefaultInstance()).getType()
            == DataType.DT_INT64;
    String indices = graph.node(graph.id(edge.node())).getInput(edge.input());
    return new UpdateSite.Rows(indices, wide, List.of(edge));
  }

  /** The indices enter the update at the op that makes them unique, or at the scatter op itself. */
  private static GradientEdge rowsEdge(TrainingGraph graph, int id, UpdateArithmetic arithmetic) {
    int producer = graph.producer(id, INDICES);
    boolean unique =
        graph.node(producer).getOp().equals("Unique") && arithmetic.isInScope(producer);
    return unique
        ? new GradientEdge(graph.node(producer).getName(), 0)
        : new GradientEdge(graph.node(id).getName(), INDICES);
  }

  /** The op of the same update that sums the values of equal indices. */
  private static OptionalInt segmentSum(TrainingGraph graph, int id, UpdateArithmetic arithmetic) {
    return TrainOpCopy.ancestors(graph, graph.producer(id, UPDATES)).stream()
        .filter(a -> graph.node(a).getOp().equals("UnsortedSegmentSum") && arithmetic.isInScope(a))
        .findFirst();
  }

  /**
   * The variable from which the same update subtracts in the end, where the scatter is of a slot.
   */
  private static Optional<VariableNode> assignedInScope(
      TrainingGraph graph, int id, UpdateArithmetic arithmetic) {
    return Triggers.downstream(graph, id).stream()
        .filter(d -> graph.node(d).getOp().startsWith("AssignSub") && arithmetic.isInScope(d))
        .mapToObj(d -> VariableNode.behind(graph, d, TARGET))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Whether no other scatter op of the same update stands before this one. */
  private static boolean isFirst(TrainingGraph graph, int id, UpdateArithmetic arithmetic) {
    for (int other = 0; other < id; other++) {
      if (OPS.contains(graph.node(other).getOp()) && arithmetic.isInScope(other)) {
        return false;
      }
    }
    return true;
  }
}
