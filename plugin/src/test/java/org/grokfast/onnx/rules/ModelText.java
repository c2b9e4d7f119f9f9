package org.grokfast.onnx.rules;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.rules.GraphText;
import org.grokfast.rules.NodeLine;

/**
 * ONNX models as text.
 *
 * <pre>
 *   x = Input {shape=4x3}
 *   lr = Initializer {value=0.1}
 *   g = MatMul(xt, e) {shape=3x2}
 *   w_new, m_new = com.microsoft.Op(w, _, m) {output=3x2}
 *   algorithm = TrainingInfo {w=w_new}
 *   def local.Backward(a) -> b
 *     b = Neg(a)
 *   def taken() -> t
 *     t = Mul(g, lr)
 * </pre>
 *
 * <p>Tensors are float, inputs 2×2 and initializers scalars where a line does not say otherwise;
 * {@code type=double} does. {@code shape} of a node states that of its first output, {@code output}
 * makes it an output of the graph as well. {@code _} is an input or output without a name. Lines
 * below a {@code TrainingInfo} belong to its algorithm; its attributes are update bindings. A
 * {@code def} is a function if an op has its name, else a body that attributes name.
 */
public final class ModelText {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  private final Map<String, GraphText.Line> definitions = new LinkedHashMap<>();
  private final Map<String, List<GraphText.Line>> inside = new LinkedHashMap<>();
  private final Set<String> called = new HashSet<>();
  private final Set<String> domains = new LinkedHashSet<>();

  private ModelText() {}

  /** The model that a text describes. */
  public static ModelProto parse(String text) {
    return parse(GraphText.parse(text));
  }

  static ModelProto parse(GraphText text) {
    return new ModelText().read(text.lines());
  }

  private ModelProto read(List<GraphText.Line> lines) {
    List<GraphText.Line> main = new ArrayList<>();
    List<GraphText.Line> algorithm = new ArrayList<>();
    TrainingInfoProto.Builder training = null;
    for (GraphText.Line line : lines) {
      NodeLine node = line.node();
      called.add(node.op());
      if (line.isFunction()) {
        definitions.put(node.name(), line);
        inside.put(node.name(), new ArrayList<>());
      } else if (!node.function().isEmpty()) {
        inside.get(node.function()).add(line);
      } else if (node.op().equals("TrainingInfo")) {
        training = TrainingInfoProto.newBuilder();
        for (Map.Entry<String, String> binding : node.attributes().entrySet()) {
          training.addUpdateBinding(
              StringStringEntryProto.newBuilder()
                  .setKey(binding.getKey())
                  .setValue(binding.getValue()));
        }
      } else {
        (training == null ? main : algorithm).add(line);
      }
    }
    ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(IR_VERSION);
    model.setGraph(graph("step", main));
    if (training != null) {
      model.addTrainingInfo(training.setAlgorithm(graph("algorithm", algorithm)));
    }
    definitions.keySet().stream().filter(called::contains).forEach(f -> model.addFunctions(of(f)));
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET));
    domains.forEach(
        domain ->
            model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(1)));
    return model.build();
  }

  private FunctionProto of(String name) {
    GraphText.Line head = definitions.get(name);
    FunctionProto.Builder function =
        FunctionProto.newBuilder()
            .setDomain(domain(name))
            .setName(name.substring(name.lastIndexOf('.') + 1))
            .addAllInput(head.node().inputs())
            .addAllOutput(head.outputs())
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET));
    inside.get(name).forEach(line -> function.addNode(node(line)));
    return function.build();
  }

  private GraphProto graph(String name, List<GraphText.Line> lines) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName(name);
    for (GraphText.Line line : lines) {
      NodeLine node = line.node();
      TensorText tensor = TensorText.of(node);
      switch (node.op()) {
        case "Input" -> graph.addInput(tensor.info());
        case "Initializer" -> graph.addInitializer(tensor.constant());
        default -> {
          graph.addNode(node(line));
          if (node.attributes().containsKey(TensorText.SHAPE)) {
            graph.addValueInfo(tensor.info());
          }
          if (node.attributes().containsKey(TensorText.OUTPUT)) {
            graph.addOutput(tensor.outputInfo());
          }
        }
      }
    }
    return graph.build();
  }

  private static String domain(String op) {
    return op.contains(".") ? op.substring(0, op.lastIndexOf('.')) : "";
  }

  private NodeProto node(GraphText.Line line) {
    NodeLine node = line.node();
    String domain = domain(node.op());
    NodeProto.Builder result =
        NodeProto.newBuilder().setOpType(node.op().substring(node.op().lastIndexOf('.') + 1));
    if (!domain.isEmpty()) {
      domains.add(domain);
      result.setDomain(domain);
    }
    node.inputs().forEach(input -> result.addInput(input.equals("_") ? "" : input));
    line.outputs().forEach(output -> result.addOutput(output.equals("_") ? "" : output));
    node.attributes().entrySet().stream()
        .filter(entry -> !TensorText.ATTRIBUTES.contains(entry.getKey()))
        .forEach(entry -> result.addAttribute(attribute(entry.getKey(), entry.getValue())));
    return result.build();
  }

  private AttributeProto attribute(String name, String value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (definitions.containsKey(value)) {
      GraphProto.Builder body = graph(value, inside.get(value)).toBuilder();
      definitions
          .get(value)
          .node()
          .inputs()
          .forEach(input -> body.addInput(TensorText.untyped(input)));
      definitions
          .get(value)
          .outputs()
          .forEach(output -> body.addOutput(TensorText.untyped(output)));
      return attribute.setType(AttributeType.GRAPH).setG(body).build();
    }
    if (value.startsWith("[")) {
      attribute.setType(
          value.matches("[-\\[\\]\\d, ]*") ? AttributeType.INTS : AttributeType.STRINGS);
      for (String element : value.substring(1, value.length() - 1).split(", *", -1)) {
        if (attribute.getType() == AttributeType.INTS) {
          attribute.addInts(Long.parseLong(element));
        } else {
          attribute.addStrings(ByteString.copyFromUtf8(element));
        }
      }
      return attribute.build();
    }
    if (value.matches("-?\\d+")) {
      return attribute.setType(AttributeType.INT).setI(Long.parseLong(value)).build();
    }
    return value.matches("-?\\d*\\.\\d+")
        ? attribute.setType(AttributeType.FLOAT).setF(Float.parseFloat(value)).build()
        : attribute.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(value)).build();
  }
}
