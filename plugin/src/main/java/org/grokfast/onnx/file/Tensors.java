package org.grokfast.onnx.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import java.util.function.Consumer;

/** Visits every stored tensor of a model, wherever it stands. */
final class Tensors {
  private Tensors() {}

  static void forEach(ModelProto model, Consumer<TensorProto> visitor) {
    graph(model.getGraph(), visitor);
    model
        .getTrainingInfoList()
        .forEach(
            training -> {
              graph(training.getInitialization(), visitor);
              graph(training.getAlgorithm(), visitor);
            });
    model.getFunctionsList().forEach(function -> nodes(function.getNodeList(), visitor));
  }

  private static void graph(GraphProto graph, Consumer<TensorProto> visitor) {
    graph.getInitializerList().forEach(visitor);
    graph.getSparseInitializerList().forEach(sparse -> sparse(sparse, visitor));
    nodes(graph.getNodeList(), visitor);
  }

  private static void sparse(SparseTensorProto sparse, Consumer<TensorProto> visitor) {
    visitor.accept(sparse.getValues());
    visitor.accept(sparse.getIndices());
  }

  private static void nodes(List<NodeProto> nodes, Consumer<TensorProto> visitor) {
    for (NodeProto node : nodes) {
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasT()) {
          visitor.accept(attribute.getT());
        }
        attribute.getTensorsList().forEach(visitor);
        if (attribute.hasSparseTensor()) {
          sparse(attribute.getSparseTensor(), visitor);
        }
        attribute.getSparseTensorsList().forEach(sparse -> sparse(sparse, visitor));
        if (attribute.hasG()) {
          graph(attribute.getG(), visitor);
        }
        attribute.getGraphsList().forEach(body -> graph(body, visitor));
      }
    }
  }
}
