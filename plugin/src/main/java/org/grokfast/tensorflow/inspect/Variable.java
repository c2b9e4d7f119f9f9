package org.grokfast.tensorflow.inspect;

import java.util.List;
import java.util.Optional;
import org.grokfast.tensorflow.InsertedNodes;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

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

  /** The node as a variable, if it is one. */
  public static Optional<Variable> of(NodeDef node) {
    return VariableNode.of(node)
        .map(
            variable ->
                new Variable(
                    variable.nodeName(),
                    variable.dtype(),
                    variable.dimensions(),
                    node.getDevice(),
                    InsertedNodes.contains(node)));
  }

  /** Whether its elements have 16 bits. */
  public boolean isHalf() {
    return dtype == DataType.DT_HALF || dtype == DataType.DT_BFLOAT16;
  }
}
