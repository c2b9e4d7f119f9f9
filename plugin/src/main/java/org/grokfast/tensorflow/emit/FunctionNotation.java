package org.grokfast.tensorflow.emit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.tensorflow.graph.TensorName;
import org.tensorflow.proto.NodeDef;

/**
 * Inserted nodes as a function's body spells their connections: {@code node:output:0} by the
 * output's name instead of {@code node} or {@code node:1} by its number.
 */
final class FunctionNotation {
  /** An op whose outputs are a list has one name for all of them. */
  private static final String LIST = "*";

  /** The outputs of the ops that are inserted; a test compares them with TensorFlow's own list. */
  static final Map<String, List<String>> OUTPUTS =
      Map.ofEntries(
          Map.entry("Abs", List.of("y")),
          Map.entry("AddV2", List.of("z")),
          Map.entry("Any", List.of("output")),
          Map.entry("Cast", List.of("y")),
          Map.entry("ConcatV2", List.of("output")),
          Map.entry("Const", List.of("output")),
          Map.entry("DivNoNan", List.of("z")),
          Map.entry("Equal", List.of("z")),
          Map.entry("Exp", List.of("y")),
          Map.entry("Fill", List.of("output")),
          Map.entry("FloorMod", List.of("z")),
          Map.entry("GatherV2", List.of("output")),
          Map.entry("Identity", List.of("output")),
          Map.entry("IsFinite", List.of("y")),
          Map.entry("Less", List.of("z")),
          Map.entry("Log", List.of("y")),
          Map.entry("LogicalAnd", List.of("z")),
          Map.entry("LogicalNot", List.of("y")),
          Map.entry("MatMul", List.of("product")),
          Map.entry("MatchingFiles", List.of("filenames")),
          Map.entry("Maximum", List.of("z")),
          Map.entry("Merge", List.of("output", "value_index")),
          Map.entry("Minimum", List.of("z")),
          Map.entry("Mul", List.of("z")),
          Map.entry("MulNoNan", List.of("z")),
          Map.entry("Neg", List.of("y")),
          Map.entry("Pack", List.of("output")),
          Map.entry("Pow", List.of("z")),
          Map.entry("Range", List.of("output")),
          Map.entry("ReadFile", List.of("contents")),
          Map.entry("ReadVariableOp", List.of("value")),
          Map.entry("RealDiv", List.of("z")),
          Map.entry("Reciprocal", List.of("y")),
          Map.entry("RegexFullMatch", List.of("output")),
          Map.entry("Reshape", List.of("output")),
          Map.entry("ResourceGather", List.of("output")),
          Map.entry("ResourceGatherNd", List.of("output")),
          Map.entry("RestoreV2", List.of("tensors", LIST)),
          Map.entry("Select", List.of("output")),
          Map.entry("SelectV2", List.of("output")),
          Map.entry("Sign", List.of("y")),
          Map.entry("Size", List.of("output")),
          Map.entry("Sqrt", List.of("y")),
          Map.entry("Square", List.of("y")),
          Map.entry("StringJoin", List.of("output")),
          Map.entry("Sub", List.of("z")),
          Map.entry("Sum", List.of("output")),
          Map.entry("Switch", List.of("output_false", "output_true")),
          Map.entry("Tanh", List.of("y")),
          Map.entry("Unique", List.of("y", "idx")),
          Map.entry("UnsortedSegmentMin", List.of("output")),
          Map.entry("UnsortedSegmentSum", List.of("output")),
          Map.entry("VarHandleOp", List.of("resource")),
          Map.entry("VarIsInitializedOp", List.of("is_initialized")));

  private final Map<String, String> ops = new HashMap<>();

  /**
   * A node in this notation. It must have been given after all that it takes; what was not given is
   * spelled as it has to be already.
   */
  NodeDef translated(NodeDef node) {
    ops.put(node.getName(), node.getOp());
    NodeDef.Builder builder = node.toBuilder().clearInput();
    node.getInputList().forEach(input -> builder.addInput(input(input)));
    return builder.build();
  }

  /** One input. */
  String input(String input) {
    TensorName name = TensorName.parse(input);
    String op = ops.get(name.node());
    if (op == null || name.isControl()) {
      return input;
    }
    List<String> outputs = OUTPUTS.get(op);
    if (outputs == null) {
      throw new IllegalStateException("the outputs of " + op + " are not known");
    }
    return outputs.contains(LIST)
        ? name.node() + ":" + outputs.get(0) + ":" + name.index()
        : name.node() + ":" + outputs.get(name.index()) + ":0";
  }
}
