package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;
import java.util.Set;
import org.grokfast.onnx.graph.Tensor;
import org.grokfast.onnx.next.UpdateConditions.Condition;
import org.grokfast.rewrite.InsertedNames;

/**
 * Whether a step makes the updates of some parameters, as conditions of the graph decide. The graph
 * may compute these anywhere, so that what takes them stands behind all its nodes.
 */
final class Gate {
  private static final String PREFIX = InsertedNames.of(InsertedNames.UPDATES);

  private final OnnxEdit edit;
  private final OnnxNodes nodes;
  private final Set<Condition> conditions;
  private Tensor open;

  /**
   * A gate.
   *
   * @param edit receives the nodes
   * @param nodes an empty list
   * @param conditions what holds in a step that makes the updates; at least one
   */
  Gate(OnnxEdit edit, OnnxNodes nodes, Set<Condition> conditions) {
    this.edit = edit;
    this.nodes = nodes;
    this.conditions = conditions;
  }

  /** A boolean scalar: whether this step makes the updates. */
  Tensor open() {
    if (open == null) {
      for (Condition condition : conditions) {
        Tensor holds = holds(condition);
        open =
            open == null ? holds : nodes.node(PREFIX, "And").input(open, holds).emit(DataType.BOOL);
      }
      edit.addLast(nodes.nodes());
    }
    return open;
  }

  private Tensor holds(Condition condition) {
    Tensor tensor = new Tensor(condition.tensor(), DataType.BOOL);
    boolean scalar = edit.graph().type(tensor.name()).fixedShape().map(List::isEmpty).orElse(false);
    Tensor one = scalar ? tensor : nodes.scalar(PREFIX, tensor);
    return condition.value() ? one : nodes.node(PREFIX, "Not").input(one).emit(DataType.BOOL);
  }

  /** A new value in a step that makes the updates, else the old one. */
  Tensor choose(String prefix, Tensor value, Tensor old, OnnxNodes where) {
    return where.node(prefix + "/Where", "Where").input(open(), value, old).emit(value.type());
  }
}
