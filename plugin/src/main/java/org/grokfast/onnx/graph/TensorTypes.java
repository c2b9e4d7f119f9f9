package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The types of a graph's tensors: as the model states them, and, where it says nothing, as the
 * common ops give them. What neither tells stays unknown.
 */
final class TensorTypes {
  private final Map<String, TensorType> known = new HashMap<>();
  private final Map<String, TensorProto> constants = new HashMap<>();

  TensorTypes(GraphProto graph) {
    for (TensorProto tensor : graph.getInitializerList()) {
      known.put(tensor.getName(), TensorType.of(tensor.getDataType(), tensor.getDimsList()));
      constants.put(tensor.getName(), tensor);
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
    if (node.getOpType().equals("Constant") && node.getAttributeCount() == 1) {
      if (node.getAttribute(0).hasT()) {
        constants.put(node.getOutput(0), node.getAttribute(0).getT());
      }
    }
    if (node.getOutputCount() == 0) {
      return;
    }
    String output = node.getOutput(0);
    TensorType stated = of(output);
    if (stated.type() != 0 && stated.fixedShape().isPresent()) {
      return;
    }
    List<TensorType> inputs = node.getInputList().stream().map(this::of).toList();
    known.put(output, stated.or(ShapeRules.of(node, inputs, this::integers)));
  }

  /** The values of a constant list of integers. */
  private Optional<List<Long>> integers(String tensor) {
    return Optional.ofNullable(constants.get(tensor)).flatMap(TensorValues::integers);
  }
}
