package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The types of a graph's tensors: as the model states them, and, where it says nothing, as the
 * common ops give them. What neither tells stays unknown.
 */
final class TensorTypes {
  private final Map<String, TensorType> known = new HashMap<>();
  private final IntegerValues values = new IntegerValues(this::of);

  TensorTypes(GraphProto graph) {
    for (TensorProto tensor : graph.getInitializerList()) {
      known.put(tensor.getName(), TensorType.of(tensor.getDataType(), tensor.getDimsList()));
      values.put(tensor.getName(), tensor);
    }
    graph.getValueInfoList().forEach(this::stated);
    graph.getInputList().forEach(this::stated);
    graph.getOutputList().forEach(this::stated);
    graph.getNodeList().forEach(this::infer);
  }

  private void stated(ValueInfoProto info) {
    known.merge(info.getName(), TensorType.of(info.getType()), TensorType::or);
  }

  TensorType of(String tensor) {
    return known.getOrDefault(tensor, TensorType.UNKNOWN);
  }

  private void infer(NodeProto node) {
    List<TensorType> inputs = node.getInputList().stream().map(this::of).toList();
    List<TensorType> outputs = ShapeRules.of(node, inputs, values::of, TensorTypes::results);
    for (int i = 0; i < Math.min(outputs.size(), node.getOutputCount()); i++) {
      String output = node.getOutput(i);
      if (!output.isEmpty()) {
        known.put(output, of(output).or(outputs.get(i)));
      }
    }
    values.infer(node);
  }

  /** The types of what a body gives. */
  private static List<TensorType> results(GraphProto body) {
    TensorTypes types = new TensorTypes(body);
    return body.getOutputList().stream().map(output -> types.of(output.getName())).toList();
  }
}
