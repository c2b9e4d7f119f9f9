package org.grokfast.tensorflow;

import java.util.HashSet;
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

  /** How far back the origin of indices is followed; they are reshaped and cast at most. */
  private static final int NEAR = 16;

  @Override
  public Optional<Finding> examine(TrainingGraph graph, int id) {
    NodeDef node = graph.node(id);
    if (!UpdateScopes.SCATTER_OPS.contains(node.getOp()) || node.getInputCount() <= UPDATES) {
      return Optional.empty();
    }
    UpdateArithmetic arithmetic = new UpdateArithmetic(graph, id);
    Optional<VariableNode> target = VariableNode.behind(graph, id, TARGET);
    Optional<VariableNode> updated = assignedInScope(graph, id);
    if (target.isEmpty() || (updated.isPresent() && !graph.scopes().isFirstScatter(id))) {
      return Optional.empty();
    }
    VariableNode holder = updated.orElseGet(target::get);
    Optional<TrainedVariable> variable = holder.trained();
    if (variable.isEmpty()) {
      return Optional.empty();
    }
    Set<Integer> data = indexOrigin(graph, graph.producer(id, INDICES));
    data.add(graph.id(holder.nodeName()));
    OptionalInt sums = graph.scopes().sumBefore(id);
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

  /** The nodes that indices come through: gradients share them, a learning rate does not. */
  private static Set<Integer> indexOrigin(TrainingGraph graph, int indices) {
    Set<Integer> origin = new HashSet<>();
    int at = indices;
    for (int steps = 0; steps < NEAR && origin.add(at); steps++) {
      if (graph.node(at).getInputCount() == 0) {
        break;
      }
      at = graph.producer(at, 0);
    }
    return origin;
  }

  /**
   * The variable from which the same update subtracts in the end, where the scatter is of a slot.
   */
  private static Optional<VariableNode> assignedInScope(TrainingGraph graph, int id) {
    OptionalInt assignment = graph.scopes().assignmentAfter(id);
    return assignment.isPresent() && graph.node(assignment.getAsInt()).getInputCount() > 0
        ? VariableNode.behind(graph, assignment.getAsInt(), TARGET)
        : Optional.empty();
  }
}
