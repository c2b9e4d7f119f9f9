package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashSet;
import java.util.Set;

/** All names of nodes and tensors in a model, those of training graphs and subgraphs included. */
public final class ModelNames {
  private final Set<String> names = new HashSet<>();

  private ModelNames() {}

  public static Set<String> of(ModelProto model) {
    ModelNames all = new ModelNames();
    all.add(model.getGraph());
    model
        .getTrainingInfoList()
        .forEach(
            training -> {
              all.add(training.getInitialization());
              all.add(training.getAlgorithm());
            });
    return all.names;
  }

  private void add(GraphProto graph) {
    graph.getInputList().forEach(input -> names.add(input.getName()));
    graph.getInitializerList().forEach(tensor -> names.add(tensor.getName()));
    graph.getSparseInitializerList().forEach(tensor -> names.add(tensor.getValues().getName()));
    graph.getOutputList().forEach(output -> names.add(output.getName()));
    graph.getValueInfoList().forEach(info -> names.add(info.getName()));
    for (NodeProto node : graph.getNodeList()) {
      names.add(node.getName());
      names.addAll(node.getInputList());
      names.addAll(node.getOutputList());
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          add(attribute.getG());
        }
        attribute.getGraphsList().forEach(this::add);
      }
    }
  }
}
