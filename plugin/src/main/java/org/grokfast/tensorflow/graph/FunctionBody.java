package org.grokfast.tensorflow.graph;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.grokfast.tensorflow.nodes.EditedNodes;
import org.grokfast.tensorflow.nodes.FunctionParts;
import org.grokfast.tensorflow.nodes.NodeList;

/**
 * A function that the main graph calls, directly or through others.
 *
 * @param function the function
 * @param graph its body as a graph
 * @param calls all nodes that call it
 */
public record FunctionBody(FunctionParts function, GraphIndex graph, List<Call> calls) {
  /** Makes the list immutable. */
  public FunctionBody {
    calls = List.copyOf(calls);
  }

  /**
   * A node that calls a function.
   *
   * @param caller the function that the node is in; empty for the main graph
   * @param call the call
   */
  public record Call(String caller, FunctionCall call) {
    /** The node, with the function that it is in: {@code function/node}. */
    String place() {
      String node = call.node().getName();
      return caller.isEmpty() ? node : caller + "/" + node;
    }
  }

  public String name() {
    return function.name();
  }

  /** The function with the nodes of an edited view as its body. */
  public FunctionParts with(NodeList view) {
    BitSet arguments = new BitSet();
    arguments.set(0, function.signature().getInputArgCount());
    return function.withNodes(EditedNodes.removing(view, arguments, Map.of()));
  }
}
