package org.grokfast.tests.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model with a {@code training_info} as one plain step: graph and algorithm one behind the other,
 * what the bindings update as inputs and outputs. ONNX Runtime has no kernels for the optimizers of
 * {@code ai.onnx.preview.training}, nor on CPUs for {@code LambOptimizer}; {@link #expanded} writes
 * them in standard operators, after the formulas of the operators' specification.
 */
final class ConcatenatedModel {
  private static final String PREVIEW = "ai.onnx.preview.training";

  private final GraphProto.Builder graph;
  private final String prefix;
  private final NodeProto optimizer;
  private int count;

  private ConcatenatedModel(GraphProto.Builder graph, NodeProto optimizer) {
    this.graph = graph;
    this.optimizer = optimizer;
    this.prefix = optimizer.getName();
  }

  static ModelProto of(ModelProto model) {
    TrainingInfoProto training = model.getTrainingInfo(0);
    GraphProto algorithm = training.getAlgorithm();
    Map<String, TensorProto> initializers = new LinkedHashMap<>();
    model.getGraph().getInitializerList().forEach(t -> initializers.put(t.getName(), t));
    algorithm.getInitializerList().forEach(t -> initializers.put(t.getName(), t));
    GraphProto.Builder graph =
        model.getGraph().toBuilder().clearInitializer().addAllNode(algorithm.getNodeList());
    for (StringStringEntryProto binding : training.getUpdateBindingList()) {
      TensorProto value = initializers.remove(binding.getKey());
      graph.addInput(info(binding.getKey(), value));
      graph.addOutput(info(binding.getValue(), value));
    }
    return model.toBuilder()
        .clearTrainingInfo()
        .setGraph(graph.addAllInitializer(initializers.values()))
        .build();
  }

  private static ValueInfoProto info(String name, TensorProto value) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    value.getDimsList().forEach(d -> shape.addDimBuilder().setDimValue(d));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(value.getDataType()).setShape(shape)))
        .build();
  }

  /** The model with the optimizers that have no kernel in standard operators; others stay. */
  static ModelProto expanded(ModelProto model) {
    GraphProto.Builder graph = model.getGraph().toBuilder().clearNode();
    for (NodeProto node : model.getGraph().getNodeList()) {
      if (node.getDomain().equals(PREVIEW)) {
        new ConcatenatedModel(graph, node).expand();
      } else if (node.getOpType().equals("LambOptimizer")) {
        new ConcatenatedModel(graph, node).lamb();
      } else {
        graph.addNode(node);
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }

  private void expand() {
    boolean adam = optimizer.getOpType().equals("Adam");
    int n = (optimizer.getInputCount() - 2) / (adam ? 4 : 3);
    String rate = optimizer.getInput(0);
    String t = op("Cast", null, optimizer.getInput(1));
    for (int i = 0; i < n; i++) {
      String x = optimizer.getInput(2 + i);
      String g = optimizer.getInput(2 + n + i);
      String first = optimizer.getInput(2 + 2 * n + i);
      String xNew = optimizer.getOutput(i);
      String firstNew = optimizer.getOutput(n + i);
      String regular = op("Add", null, op("Mul", null, constant(f("norm_coefficient")), x), g);
      switch (optimizer.getOpType()) {
        case "Momentum" -> momentum(rate, t, x, regular, first, List.of(xNew, firstNew));
        case "Adagrad" -> adagrad(rate, t, x, regular, first, List.of(xNew, firstNew));
        default ->
            adam(
                rate,
                t,
                x,
                regular,
                List.of(first, optimizer.getInput(2 + 3 * n + i)),
                List.of(xNew, firstNew, optimizer.getOutput(2 * n + i)));
      }
    }
  }

  private void momentum(String rate, String t, String x, String g, String v, List<String> out) {
    String isLater = op("Greater", null, t, constant(0));
    String beta = op("Where", null, isLater, constant(f("beta")), constant(1));
    op("Add", out.get(1), op("Mul", null, constant(f("alpha")), v), op("Mul", null, beta, g));
    String step = op("Add", null, g, op("Mul", null, constant(f("alpha")), out.get(1)));
    op("Sub", out.get(0), x, op("Mul", null, rate, step));
  }

  private void adagrad(String rate, String t, String x, String g, String h, List<String> out) {
    String decay = op("Add", null, constant(1), op("Mul", null, t, constant(f("decay_factor"))));
    op("Add", out.get(1), h, op("Mul", null, g, g));
    String root = op("Add", null, op("Sqrt", null, out.get(1)), constant(f("epsilon")));
    String step = op("Div", null, op("Mul", null, op("Div", null, rate, decay), g), root);
    op("Sub", out.get(0), x, step);
  }

  private void adam(
      String rate, String t, String x, String g, List<String> moments, List<String> out) {
    average(out.get(1), f("alpha"), moments.get(0), g);
    average(out.get(2), f("beta"), moments.get(1), op("Mul", null, g, g));
    String corrected =
        op(
            "Div",
            null,
            op(
                "Mul",
                null,
                rate,
                op("Sqrt", null, op("Sub", null, constant(1), power(f("beta"), t)))),
            op("Sub", null, constant(1), power(f("alpha"), t)));
    String r = op("Where", null, op("Greater", null, t, constant(0)), corrected, rate);
    String root = op("Add", null, op("Sqrt", null, out.get(2)), constant(f("epsilon")));
    String stepped = op("Sub", null, x, op("Div", null, op("Mul", null, r, out.get(1)), root));
    op("Mul", out.get(0), stepped, constant(1 - f("norm_coefficient_post")));
  }

  private void lamb() {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(prefix + "/one")
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addInt64Data(1));
    op("Add", optimizer.getOutput(0), optimizer.getInput(4), prefix + "/one");
    for (int i = 0; 5 * i + 5 < optimizer.getInputCount(); i++) {
      String w = optimizer.getInput(5 * i + 5);
      String g = optimizer.getInput(5 * i + 6);
      String m = optimizer.getOutput(5 * i + 3);
      String v = optimizer.getOutput(5 * i + 4);
      average(m, each("alpha", i), optimizer.getInput(5 * i + 7), g);
      average(v, each("beta", i), optimizer.getInput(5 * i + 8), op("Mul", null, g, g));
      String root = op("Add", null, op("Sqrt", null, v), constant(each("epsilon", i)));
      String step = op("Div", null, m, root);
      String ratio = op("Div", null, op("ReduceL2", null, w), op("ReduceL2", null, step));
      String rate = op("Mul", null, optimizer.getInput(3), ratio);
      op("Sub", optimizer.getOutput(5 * i + 1), w, op("Mul", null, rate, step));
    }
  }

  private float each(String attribute, int parameter) {
    return optimizer.getAttributeList().stream()
        .filter(a -> a.getName().equals(attribute))
        .map(a -> a.getFloats(parameter))
        .findFirst()
        .orElseThrow();
  }

  private void average(String out, float weight, String old, String value) {
    op(
        "Add",
        out,
        op("Mul", null, constant(weight), old),
        op("Mul", null, constant(1 - weight), value));
  }

  private String power(float base, String exponent) {
    return op("Pow", null, constant(base), exponent);
  }

  private float f(String attribute) {
    return optimizer.getAttributeList().stream()
        .filter(a -> a.getName().equals(attribute))
        .map(AttributeProto::getF)
        .findFirst()
        .orElseThrow();
  }

  private String constant(float value) {
    String name = prefix + "/c" + count++;
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addFloatData(value));
    return name;
  }

  private String op(String type, String output, String... inputs) {
    String name = output == null ? prefix + "/t" + count++ : output;
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(type)
            .addAllInput(new ArrayList<>(Arrays.asList(inputs)))
            .addOutput(name);
    if (type.equals("ReduceL2")) {
      node.addAttributeBuilder()
          .setName("keepdims")
          .setType(AttributeProto.AttributeType.INT)
          .setI(0);
    }
    if (type.equals("Cast")) {
      node.addAttributeBuilder()
          .setName("to")
          .setType(AttributeProto.AttributeType.INT)
          .setI(TensorProto.DataType.FLOAT_VALUE);
    }
    graph.addNode(node);
    return name;
  }
}
