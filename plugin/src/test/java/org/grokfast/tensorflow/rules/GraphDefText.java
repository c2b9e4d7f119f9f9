package org.grokfast.tensorflow.rules;

import com.google.protobuf.TextFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.grokfast.rules.GraphText;
import org.grokfast.rules.NodeLine;
import org.grokfast.tensorflow.graph.Attrs;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * GraphDefs as text and back. Variables and placeholders have 2×2 floats, constants are a scalar
 * 0.5, and arguments of functions are resources where the text does not say otherwise.
 */
public final class GraphDefText {
  private static final String TYPE = "dtype";
  private static final String SHAPE = "shape";
  private static final Set<String> FUNCTIONS =
      Set.of("f", "body", "cond", "then_branch", "else_branch");
  private static final Set<String> SHAPED =
      Set.of("VarHandleOp", "VariableV2", "Variable", "Placeholder");

  private GraphDefText() {}

  public static GraphDef parse(GraphText text) {
    GraphDef.Builder graph = GraphDef.newBuilder();
    FunctionDef.Builder function = null;
    for (GraphText.Line line : text.lines()) {
      if (line.isFunction()) {
        function = function(graph.getLibraryBuilder().addFunctionBuilder(), line);
      } else if (line.node().function().isEmpty()) {
        graph.addNode(node(line.node()));
      } else {
        function.addNodeDef(node(line.node()));
      }
    }
    return graph.build();
  }

  private static FunctionDef.Builder function(FunctionDef.Builder function, GraphText.Line line) {
    OpDef.Builder signature =
        function.getSignatureBuilder().setName(line.node().name()).setIsStateful(true);
    for (String argument : line.node().inputs()) {
      String[] parts = argument.split(": ?", 2);
      DataType type = parts.length == 1 ? DataType.DT_RESOURCE : type(parts[1]);
      signature.addInputArgBuilder().setName(parts[0]).setType(type);
    }
    for (String output : line.outputs()) {
      String[] parts = output.split("=", 2);
      signature.addOutputArgBuilder().setName(parts[0]).setType(DataType.DT_FLOAT);
      function.putRet(parts[0], parts[1]);
    }
    line.node().attributes().forEach((name, value) -> function.putAttr(name, value(name, value)));
    return function;
  }

  private static NodeDef node(NodeLine line) {
    NodeDef.Builder node =
        NodeDef.newBuilder().setName(line.name()).setOp(line.op()).addAllInput(line.inputs());
    Map<String, String> attributes = new TreeMap<>(line.attributes());
    if (line.op().equals("Const")) {
      DataType type = type(attributes.getOrDefault(TYPE, "float"));
      node.putAttr(TYPE, Attrs.type(type));
      node.putAttr("value", constant(attributes.getOrDefault("value", "0.5"), type));
      return node.build();
    }
    if (SHAPED.contains(line.op())) {
      attributes.putIfAbsent(TYPE, "float");
      attributes.putIfAbsent(SHAPE, "2x2");
      if (!line.op().equals("Placeholder")) {
        attributes.putIfAbsent("container", "\"\"");
        attributes.putIfAbsent(
            "shared_name", line.op().equals("VarHandleOp") ? line.name() : "\"\"");
      }
    }
    attributes.values().removeIf("none"::equals);
    attributes.forEach((name, value) -> node.putAttr(name, value(name, value)));
    return node.build();
  }

  private static AttrValue value(String name, String value) {
    if (FUNCTIONS.contains(name)) {
      return AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(value)).build();
    }
    if (name.equals(SHAPE)) {
      return shape(value);
    }
    if (value.startsWith("[")) {
      AttrValue.ListValue.Builder types = AttrValue.ListValue.newBuilder();
      for (String type : value.substring(1, value.length() - 1).split(", ", -1)) {
        types.addType(type(type));
      }
      return AttrValue.newBuilder().setList(types).build();
    }
    if (name.equals(TYPE) || name.startsWith("T") || name.endsWith("T")) {
      return Attrs.type(type(value));
    }
    if (value.equals("true") || value.equals("false")) {
      return Attrs.bool(Boolean.parseBoolean(value));
    }
    return value.matches("-?\\d+")
        ? Attrs.integer(Long.parseLong(value))
        : Attrs.string(value.equals("\"\"") ? "" : value);
  }

  private static DataType type(String name) {
    return DataType.valueOf("DT_" + name.toUpperCase(Locale.ROOT));
  }

  private static AttrValue shape(String text) {
    if (text.equals("unknown")) {
      return AttrValue.newBuilder()
          .setShape(TensorShapeProto.newBuilder().setUnknownRank(true))
          .build();
    }
    List<Long> dimensions = new ArrayList<>();
    if (!text.equals("scalar")) {
      for (String size : text.split("x", -1)) {
        dimensions.add(size.equals("?") ? -1 : Long.parseLong(size));
      }
    }
    return Attrs.shape(dimensions);
  }

  /** A number, or {@code [1, 2, 3]}. */
  private static AttrValue constant(String text, DataType type) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(type);
    TensorShapeProto.Builder shape = tensor.getTensorShapeBuilder();
    String numbers = text;
    if (text.startsWith("[")) {
      numbers = text.substring(1, text.length() - 1);
      shape.addDimBuilder().setSize(numbers.split(",", -1).length);
    }
    for (String number : numbers.split(",", -1)) {
      double value = Double.parseDouble(number);
      switch (type) {
        case DT_FLOAT -> tensor.addFloatVal((float) value);
        case DT_DOUBLE -> tensor.addDoubleVal(value);
        case DT_INT32 -> tensor.addIntVal((int) value);
        case DT_INT64 -> tensor.addInt64Val((long) value);
        case DT_BOOL -> tensor.addBoolVal(value != 0);
        default -> throw new IllegalArgumentException("no constants of " + type);
      }
    }
    return AttrValue.newBuilder().setTensor(tensor).build();
  }

  static List<NodeLine> lines(GraphDef graph) {
    List<NodeLine> lines = new ArrayList<>();
    graph.getNodeList().forEach(node -> lines.add(line("", node)));
    for (FunctionDef function : graph.getLibrary().getFunctionList()) {
      String name = function.getSignature().getName();
      function.getNodeDefList().forEach(node -> lines.add(line(name, node)));
    }
    return lines;
  }

  private static NodeLine line(String function, NodeDef node) {
    Map<String, String> attributes = new TreeMap<>();
    NodeDef rest = node.toBuilder().clearInput().clearAttr().build();
    attributes.put("", TextFormat.printer().shortDebugString(rest));
    node.getAttrMap()
        .forEach(
            (name, value) -> attributes.put(name, TextFormat.printer().shortDebugString(value)));
    return new NodeLine(
        function, node.getName(), node.getOp(), List.copyOf(node.getInputList()), attributes);
  }
}
