package org.grokfast.tensorflow.graph;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.grokfast.tensorflow.nodes.FunctionParts;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** Which variables the arguments of one function are, over all calls of it. */
final class ArgumentVariables {
  /** An argument's chain through a loop's body is an op or two. */
  private static final int NEAR = 16;

  private final FunctionParts function;
  private final Map<String, Map<String, String>> placesByVariable = new LinkedHashMap<>();
  private final Map<String, VariableNode> variables = new LinkedHashMap<>();
  private final Map<String, String> unknown = new LinkedHashMap<>();

  ArgumentVariables(FunctionParts function) {
    this.function = function;
  }

  /** By argument, the variables that are the same in every call. */
  Map<String, VariableNode> variables() {
    Map<String, VariableNode> known = new LinkedHashMap<>(variables);
    known.keySet().removeAll(unknown.keySet());
    return known;
  }

  /** By argument, why it is not known to be one variable. */
  Map<String, String> unknown() {
    return unknown;
  }

  /** Takes one call into account. */
  void bind(FunctionBody.Call placed, GraphIndex caller) {
    FunctionCall call = placed.call();
    int node = caller.id(call.node().getName());
    List<OpDef.ArgDef> arguments = function.signature().getInputArgList();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).getType() != DataType.DT_RESOURCE) {
        continue;
      }
      String argument = arguments.get(i).getName();
      int input = call.firstInput() + i;
      Optional<VariableNode> variable =
          call.firstInput() == FunctionCall.UNKNOWN_BINDING || !isTaken(call.node(), input)
              ? Optional.empty()
              : VariableNode.behind(caller, node, input);
      if (call.isLoopBody() && !isHandedOn(i)) {
        unknown.put(
            argument, "may be another variable in the next turn of '" + placed.place() + "'");
      } else if (variable.isEmpty()) {
        unknown.putIfAbsent(argument, "is no known variable where '" + placed.place() + "' calls");
      } else {
        bind(argument, variable.get(), placed.place());
      }
    }
  }

  private void bind(String argument, VariableNode variable, String place) {
    Map<String, String> places =
        placesByVariable.computeIfAbsent(argument, name -> new LinkedHashMap<>());
    places.putIfAbsent(variable.name(), place);
    variables.putIfAbsent(argument, variable);
    if (places.size() > 1) {
      unknown.put(
          argument,
          places.entrySet().stream()
              .map(entry -> "'" + entry.getKey() + "' where '" + entry.getValue() + "' calls")
              .collect(Collectors.joining(" and ", "is ", "")));
    }
  }

  private static boolean isTaken(NodeDef node, int input) {
    return input < node.getInputCount() && !TensorName.isControl(node.getInput(input));
  }

  /** Whether a loop's body returns an argument as it got it. */
  private boolean isHandedOn(int index) {
    if (index >= function.signature().getOutputArgCount()) {
      return false;
    }
    String argument = function.signature().getInputArg(index).getName();
    String at =
        TensorName.nodeOf(
            function
                .declaration()
                .getRetOrDefault(function.signature().getOutputArg(index).getName(), ""));
    Map<String, NodeDef> nodes = new HashMap<>();
    for (int steps = 0; steps < NEAR && !at.equals(argument); steps++) {
      if (nodes.isEmpty()) {
        function.nodes().forEach(node -> nodes.put(node.getName(), node));
      }
      NodeDef node = nodes.get(at);
      if (node == null || !node.getOp().equals("Identity") || node.getInputCount() == 0) {
        return false;
      }
      at = TensorName.nodeOf(node.getInput(0));
    }
    return at.equals(argument);
  }
}
