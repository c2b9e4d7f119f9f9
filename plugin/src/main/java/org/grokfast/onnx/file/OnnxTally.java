package org.grokfast.onnx.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import java.util.List;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.ReadLimits;

/** Counts nodes, functions and attributes and stops at the first number above its limit. */
final class OnnxTally {
  private final String source;
  private final ReadLimits limits;
  private int nodes;

  OnnxTally(String source, ReadLimits limits) {
    this.source = source;
    this.limits = limits;
  }

  void add(ModelProto model) {
    if (model.getFunctionsCount() > limits.maxFunctions()) {
      throw above("functions", model.getFunctionsCount(), limits.maxFunctions());
    }
    add(model.getGraph());
    for (TrainingInfoProto training : model.getTrainingInfoList()) {
      add(training.getInitialization());
      add(training.getAlgorithm());
    }
    for (FunctionProto function : model.getFunctionsList()) {
      add(function.getNodeList());
    }
  }

  private void add(GraphProto graph) {
    add(graph.getNodeList());
  }

  /** Recursive: the parser's limit of nesting bounds the depth. */
  private void add(List<NodeProto> list) {
    nodes += list.size();
    if (nodes > limits.maxNodes()) {
      throw above("nodes", nodes, limits.maxNodes());
    }
    for (NodeProto node : list) {
      if (node.getAttributeCount() > limits.maxAttributes()) {
        throw above("attributes", node.getAttributeCount(), limits.maxAttributes());
      }
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          add(attribute.getG());
        }
        attribute.getGraphsList().forEach(this::add);
      }
    }
  }

  private GraphFileException above(String what, int count, int limit) {
    return new GraphFileException(
        source
            + ": "
            + count
            + " "
            + what
            + " are more than the limit of "
            + limit
            + ". Raise it with --max-"
            + what
            + " if the file is trusted.");
  }
}
