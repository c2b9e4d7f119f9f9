package org.grokfast.tensorflow.inspect;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grokfast.tensorflow.InsertedNodes;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A variable of a graph.
 *
 * @param name its node's name
 * @param dtype the type of its elements
 * @param shape its dimensions, -1 where one is unknown; empty where their number is unknown
 * @param device where it is placed; empty where that is left to TensorFlow
 * @param inserted whether it holds the state of a filter
 */
public record Variable(
    String name, DataType dtype, Optional<List<Long>> shape, String device, boolean inserted) {
  private static final Set<String> OPS = Set.of("Variable", "VariableV2", "VarHandleOp");

  /** The node as a variable, if it is one. */
  public static Optional<Variable> of(NodeDef node) {
    if (!OPS.contains(node.getOp())) {
      return Optional.empty();
    }
    AttrValue none = AttrValue.getDefaultInstance();
    AttrValue shape = node.getAttrOrDefault("shape", none);
    Optional<List<Long>> dims =
        !shape.hasShape() || shape.getShape().getUnknownRank()
            ? Optional.empty()
            : Optional.of(
                shape.getShape().getDimList().stream().map(TensorShapeProto.Dim::getSize).toList());
    return Optional.of(
        new Variable(
            node.getName(),
            node.getAttrOrDefault("dtype", none).getType(),
            dims,
            node.getDevice(),
            InsertedNodes.contains(node)));
  }

  /** Whether its elements have 16 bits. */
  public boolean isHalf() {
    return dtype == DataType.DT_HALF || dtype == DataType.DT_BFLOAT16;
  }
}
