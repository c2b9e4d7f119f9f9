package org.grokfast.tensorflow.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.grokfast.tensorflow.nodes.EditedNodes;
import org.grokfast.tensorflow.nodes.FunctionParts;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.nodes.NodeList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * A function's body seen as a graph, so that the index and the rules work on it as on any other.
 *
 * <pre>
 *   argument that always is variable w  ──▶ a node of its name, with op and attributes of w
 *   any other argument                  ──▶ a node of its name, with op _Arg
 *   the body's nodes                    ──▶ themselves; inputs stay spelled {@code node:output:0}
 * </pre>
 *
 * The nodes of arguments stand first: node {@code n} of the body has number {@code n + arguments}.
 */
public final class FunctionView {
  private FunctionView() {}

  /**
   * The view of a function.
   *
   * @param variables by argument, the variables that are known
   * @param unknown by argument, why it is not known
   */
  static GraphIndex of(
      FunctionParts function, Map<String, VariableNode> variables, Map<String, String> unknown) {
    List<NodeDef> arguments = new ArrayList<>();
    for (OpDef.ArgDef argument : function.signature().getInputArgList()) {
      String name = argument.getName();
      VariableNode variable = variables.get(name);
      NodeDef.Builder node =
          variable == null
              ? NodeDef.newBuilder()
                  .setOp(OpTable.ARGUMENT)
                  .putAttr("T", Attrs.type(argument.getType()))
              : variable.node().toBuilder()
                  .clearInput()
                  .putAttr(VariableNode.VARIABLE, Attrs.string(variable.name()));
      if (unknown.containsKey(name)) {
        node.putAttr(VariableNode.UNKNOWN, Attrs.string(unknown.get(name)));
      }
      arguments.add(node.setName(name).build());
    }
    NodeList view = EditedNodes.adding(NodeList.of(arguments), Map.of(), function.nodes());
    return new GraphIndex(GraphParts.of(view), "function '" + function.name() + "'");
  }
}
