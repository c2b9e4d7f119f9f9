package org.grokfast.tensorflow.graph;

import java.util.List;
import org.grokfast.tensorflow.nodes.NodeList;
import org.tensorflow.proto.FunctionDef;

/**
 * A function that the main graph calls, directly or through others.
 *
 * @param function the function
 * @param graph its body as a graph
 * @param calls all nodes that call it
 */
public record FunctionBody(FunctionDef function, GraphIndex graph, List<Call> calls) {
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
    return function.getSignature().getName();
  }

  /** The function with the nodes of an edited view as its body. */
  public FunctionDef with(NodeList view) {
    int arguments = function.getSignature().getInputArgCount();
    return function.toBuilder()
        .clearNodeDef()
        .addAllNodeDef(view.subList(arguments, view.size()))
        .build();
  }
}
