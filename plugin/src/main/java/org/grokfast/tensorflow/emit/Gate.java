package org.grokfast.tensorflow.emit;

import java.util.List;
import java.util.Optional;
import org.grokfast.tensorflow.edit.UpdateConditions.Condition;
import org.grokfast.tensorflow.emit.NodeEmitter.Node;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.TensorName;
import org.tensorflow.proto.DataType;

/** What only runs in steps in which a condition holds. */
final class Gate {
  /** Runs in every step. */
  static final Gate OPEN = new Gate();

  private static final DataType TRUTH = DataType.DT_BOOL;

  private final Nodes nodes;
  private final String name;
  private final Out condition;
  private final Out branches;
  private final Out pivot;

  private Gate() {
    nodes = null;
    name = "";
    condition = null;
    branches = null;
    pivot = null;
  }

  Gate(Nodes nodes, String name, Out condition) {
    this.nodes = nodes;
    this.name = name;
    this.condition = condition;
    this.branches = bool("/branches", "Switch").input(condition, condition).emit(TRUTH);
    this.pivot = bool("/pivot", "Identity").input(taken(branches)).emit(TRUTH);
  }

  /** Starts a node of a name, placed where the gate is. */
  interface Nodes {
    Node node(String name, String op);
  }

  /** Runs in steps in which all of some conditions hold; each one anywhere, if it has a shape. */
  static Gate where(Nodes nodes, String name, List<Condition> conditions) {
    Optional<Out> all = Optional.empty();
    for (Condition condition : conditions) {
      Out one = anywhere(nodes, name, condition);
      all =
          Optional.of(
              all.map(
                      other ->
                          nodes.node(name + "/both", "LogicalAnd").input(other, one).emit(TRUTH))
                  .orElse(one));
    }
    return all.map(one -> new Gate(nodes, name, one)).orElse(OPEN);
  }

  private static Out anywhere(Nodes nodes, String name, Condition condition) {
    Out given = new Out(condition.tensor(), TRUTH);
    Out wanted =
        condition.holds()
            ? given
            : nodes.node(name + "/not", "LogicalNot").input(given).emit(TRUTH);
    Out flat =
        nodes
            .node(name + "/flat", "Reshape")
            .input(wanted, integers(nodes, name + "/flat_shape", -1))
            .attr("T", Attrs.type(TRUTH))
            .attr("Tshape", Attrs.type(DataType.DT_INT64))
            .emit(TRUTH);
    return nodes
        .node(name + "/any", "Any")
        .input(flat, integers(nodes, name + "/axes", 0))
        .attr("Tidx", Attrs.type(DataType.DT_INT64))
        .attr("keep_dims", Attrs.bool(false))
        .emit(TRUTH);
  }

  private static Out integers(Nodes nodes, String name, long value) {
    return nodes
        .node(name, "Const")
        .attr("dtype", Attrs.type(DataType.DT_INT64))
        .attr("value", Attrs.vector(List.of(value)))
        .emit(DataType.DT_INT64);
  }

  private Node bool(String below, String op) {
    return nodes.node(name + below, op).attr("T", Attrs.type(TRUTH));
  }

  private static Out taken(Out branches) {
    return new Out(branches.tensor() + ":1", branches.type());
  }

  /** A node that runs where the condition holds; none where it always does. */
  List<String> pivot() {
    return nodes == null ? List.of() : List.of(pivot.tensor());
  }

  /** A tensor that is there where the condition holds. */
  Out in(Out x) {
    return nodes == null
        ? x
        : taken(
            nodes
                .node(name + "/Switch", "Switch")
                .input(x, condition)
                .attr("T", Attrs.type(x.type()))
                .emit(x.type()));
  }

  /**
   * What was made of a tensor where the condition holds, and the tensor as it was elsewhere.
   *
   * @param gated the tensor, as {@link #in} gave it
   * @param made what was made of it
   * @param after nodes that it waits for, if the gate may be closed
   */
  Out either(Out gated, Out made, List<String> after) {
    if (nodes == null) {
      return made;
    }
    Out done =
        nodes
            .node(name + "/made", "Identity")
            .input(made)
            .after(after)
            .attr("T", Attrs.type(made.type()))
            .emit(made.type());
    return nodes
        .node(name + "/Merge", "Merge")
        .input(new Out(TensorName.nodeOf(gated.tensor()), gated.type()), done)
        .attr("T", Attrs.type(made.type()))
        .attr("N", Attrs.integer(2))
        .emit(made.type());
  }

  /** Nodes that run in every step, after these where they run. */
  List<String> join(List<String> gated) {
    if (nodes == null) {
      return gated;
    }
    Out done = bool("/done", "Identity").input(pivot).after(gated).emit(TRUTH);
    Out merged =
        bool("/Merge", "Merge").input(branches, done).attr("N", Attrs.integer(2)).emit(TRUTH);
    return List.of(merged.tensor());
  }
}
