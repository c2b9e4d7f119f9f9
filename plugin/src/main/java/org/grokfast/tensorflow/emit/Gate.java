package org.grokfast.tensorflow.emit;

import java.util.List;
import org.grokfast.tensorflow.emit.NodeEmitter.Node;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.tensorflow.proto.DataType;

/** What only runs in steps in which a condition holds. */
final class Gate {
  /** Runs in every step. */
  static final Gate OPEN = new Gate();

  private final TensorFlowOps ops;
  private final String name;
  private final Out condition;
  private final Out branches;
  private final Out pivot;

  private Gate() {
    ops = null;
    name = "";
    condition = null;
    branches = null;
    pivot = null;
  }

  Gate(TensorFlowOps ops, String name, Out condition) {
    this.ops = ops;
    this.name = name;
    this.condition = condition;
    this.branches = bool("/branches", "Switch").input(condition, condition).emit(TRUTH);
    this.pivot = bool("/pivot", "Identity").input(taken(branches)).emit(TRUTH);
  }

  private static final DataType TRUTH = DataType.DT_BOOL;

  private Node bool(String below, String op) {
    return ops.node(name + below, op).attr("T", Attrs.type(TRUTH));
  }

  private static Out taken(Out branches) {
    return new Out(branches.tensor() + ":1", branches.type());
  }

  /** A node that runs where the condition holds; none where it always does. */
  List<String> pivot() {
    return ops == null ? List.of() : List.of(pivot.tensor());
  }

  /** A tensor that is there where the condition holds. */
  Out in(Out x) {
    return ops == null
        ? x
        : taken(
            ops.node(name + "/Switch", "Switch")
                .input(x, condition)
                .attr("T", Attrs.type(x.type()))
                .emit(x.type()));
  }

  /** Nodes that run in every step, after these where they run. */
  List<String> join(List<String> nodes) {
    if (ops == null) {
      return nodes;
    }
    Out done = bool("/done", "Identity").input(pivot).after(nodes).emit(TRUTH);
    Out merged =
        bool("/Merge", "Merge").input(branches, done).attr("N", Attrs.integer(2)).emit(TRUTH);
    return List.of(merged.tensor());
  }
}
