package org.grokfast.tensorflow.live;

import org.grokfast.tensorflow.emit.NodeEmitter;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.VariableNode;

/** A node that gives a variable a value. */
final class Assignment {
  private Assignment() {}

  /**
   * Emits it.
   *
   * @param name the node's name
   * @return the name of its output
   */
  static String emit(NodeEmitter nodes, String name, VariableNode variable, Out value) {
    boolean reference = variable.kind() == VariableNode.Kind.REFERENCE;
    return nodes
        .node(name, reference ? "Assign" : "AssignVariableOp")
        .input(new Out(variable.nodeName(), variable.dtype()), value)
        .attr(reference ? "T" : "dtype", Attrs.type(variable.dtype()))
        .emit(variable.dtype())
        .tensor();
  }
}
