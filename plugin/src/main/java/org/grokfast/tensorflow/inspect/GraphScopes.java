package org.grokfast.tensorflow.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.tensorflow.graph.TensorName;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** The nodes of a graph and of its functions by name, and the nodes that call a function. */
final class GraphScopes {
  static final String MAIN = "";

  private static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");
  private static final Set<String> BRANCHES = Set.of("If", "StatelessIf", "Case", "StatelessCase");

  private final Map<String, Map<String, NodeDef>> nodes = new HashMap<>();
  private final Map<String, List<String>> arguments = new HashMap<>();
  private final Map<String, List<Call>> callers = new LinkedHashMap<>();
  private final Map<String, Set<String>> consumers = new HashMap<>();

  /**
   * A call.
   *
   * @param scope where the calling node stands
   * @param node the calling node
   * @param firstInput the input that becomes the first argument; negative where that is not known
   */
  record Call(String scope, NodeDef node, int firstInput) {}

  GraphScopes(GraphDef graph) {
    for (FunctionDef function : graph.getLibrary().getFunctionList()) {
      arguments.put(
          function.getSignature().getName(),
          function.getSignature().getInputArgList().stream().map(arg -> arg.getName()).toList());
    }
    add(MAIN, graph.getNodeList());
    for (FunctionDef function : graph.getLibrary().getFunctionList()) {
      add(function.getSignature().getName(), function.getNodeDefList());
    }
  }

  private void add(String scope, List<NodeDef> list) {
    Map<String, NodeDef> byName = new LinkedHashMap<>();
    for (NodeDef node : list) {
      byName.put(node.getName(), node);
      if (arguments.containsKey(node.getOp())) {
        addCall(node.getOp(), new Call(scope, node, 0));
      }
      int firstInput = CALLS.contains(node.getOp()) ? 0 : BRANCHES.contains(node.getOp()) ? 1 : -1;
      for (AttrValue value : node.getAttrMap().values()) {
        if (value.hasFunc()) {
          addCall(value.getFunc().getName(), new Call(scope, node, firstInput));
        }
        value
            .getList()
            .getFuncList()
            .forEach(function -> addCall(function.getName(), new Call(scope, node, firstInput)));
      }
    }
    nodes.put(scope, byName);
  }

  private void addCall(String function, Call call) {
    callers.computeIfAbsent(function, name -> new ArrayList<>()).add(call);
  }

  Set<String> functions() {
    return arguments.keySet();
  }

  /** The nodes of the main graph. */
  Map<String, NodeDef> main() {
    return nodes.get(MAIN);
  }

  /** Which nodes of the main graph take something from, or wait for, each of its nodes. */
  Map<String, Set<String>> consumers() {
    if (consumers.isEmpty()) {
      for (NodeDef node : main().values()) {
        for (String input : node.getInputList()) {
          consumers
              .computeIfAbsent(nodeOf(input), name -> new LinkedHashSet<>())
              .add(node.getName());
        }
      }
    }
    return consumers;
  }

  List<Call> callers(String function) {
    return callers.getOrDefault(function, List.of());
  }

  /** The number of an argument of a function; −1 for what is none. */
  int argument(String function, String name) {
    return arguments.getOrDefault(function, List.of()).indexOf(name);
  }

  Optional<NodeDef> node(String scope, String name) {
    return Optional.ofNullable(nodes.get(scope).get(name));
  }

  /** The node that an input of a node comes from; empty for a function's argument. */
  Optional<NodeDef> producer(String scope, NodeDef node, int input) {
    return input < node.getInputCount()
        ? node(scope, nodeOf(node.getInput(input)))
        : Optional.empty();
  }

  /** The name of an input's node. */
  static String nodeOf(String input) {
    return TensorName.nodeOf(input);
  }
}
