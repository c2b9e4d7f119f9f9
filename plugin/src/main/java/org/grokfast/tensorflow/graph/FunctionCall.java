package org.grokfast.tensorflow.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grokfast.tensorflow.nodes.FunctionParts;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/**
 * A function that a node calls.
 *
 * @param node the calling node
 * @param attribute the attribute that names the function; the op's own name for a direct call
 * @param function the function's name
 * @param firstInput the node's input that becomes the first argument; {@link #UNKNOWN_BINDING}
 *     where that is not known
 */
public record FunctionCall(NodeDef node, String attribute, String function, int firstInput) {
  /** Where it is not known which inputs become which arguments. */
  public static final int UNKNOWN_BINDING = -1;

  private static final String DIRECT = "";

  /** The functions of a library that a node calls. */
  static List<FunctionCall> of(NodeDef node, Map<String, FunctionParts> library) {
    List<FunctionCall> calls = new ArrayList<>();
    if (library.containsKey(node.getOp())) {
      calls.add(new FunctionCall(node, DIRECT, node.getOp(), 0));
    }
    new TreeMap<>(node.getAttrMap())
        .forEach((attribute, value) -> addCalls(calls, node, attribute, value));
    calls.removeIf(call -> !library.containsKey(call.function()));
    return calls;
  }

  private static void addCalls(
      List<FunctionCall> calls, NodeDef node, String attribute, AttrValue value) {
    int firstInput = firstInput(node.getOp());
    if (value.hasFunc()) {
      calls.add(new FunctionCall(node, attribute, value.getFunc().getName(), firstInput));
    }
    value
        .getList()
        .getFuncList()
        .forEach(
            function ->
                calls.add(new FunctionCall(node, attribute, function.getName(), firstInput)));
  }

  private static int firstInput(String op) {
    if (OpTable.isBranch(op)) {
      return 1; // What comes first is the condition or the number of the branch.
    }
    return OpTable.isCall(op) || OpTable.isLoop(op) ? 0 : UNKNOWN_BINDING;
  }

  /** Whether what the function returns is what it gets the next time. */
  public boolean isLoopBody() {
    return OpTable.isLoop(node.getOp()) && attribute.equals("body");
  }

  /** Whether the function may run any number of times, or not at all, when the node runs. */
  public boolean isLoop() {
    return OpTable.isLoop(node.getOp());
  }

  /** Whether other functions may run in its place. */
  boolean isBranch() {
    return OpTable.isBranch(node.getOp());
  }
}
