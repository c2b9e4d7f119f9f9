package org.grokfast.tools.verify.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.Message;
import java.util.Map;

/**
 * The nodes that draw random numbers. One with a seed repeats its sequence in every session; one
 * without goes on with a sequence of the process, so that two runs of one model differ.
 */
final class RandomNodes {
  private static final String SEED = "seed";

  /** The ops that draw, and the type of their seed. */
  private static final Map<String, AttributeType> DRAWING =
      Map.ofEntries(
          Map.entry("Bernoulli", AttributeType.FLOAT),
          Map.entry("BiasDropout", AttributeType.INT),
          Map.entry("BitmaskBiasDropout", AttributeType.INT),
          Map.entry("BitmaskDropout", AttributeType.INT),
          Map.entry("Dropout", AttributeType.INT),
          Map.entry("Multinomial", AttributeType.FLOAT),
          Map.entry("RandomNormal", AttributeType.FLOAT),
          Map.entry("RandomNormalLike", AttributeType.FLOAT),
          Map.entry("RandomUniform", AttributeType.FLOAT),
          Map.entry("RandomUniformLike", AttributeType.FLOAT));

  private int count;

  private RandomNodes() {}

  /**
   * The model with a seed on every node that draws without one: in its graphs, their bodies and its
   * functions. Inserted nodes draw nothing, so that a rewritten model gets the seeds of its
   * original.
   */
  static ModelProto seeded(ModelProto model) {
    ModelProto.Builder result = model.toBuilder();
    new RandomNodes().seed(result);
    return result.build();
  }

  /** Whether a model has such nodes. */
  static boolean areIn(ModelProto model) {
    RandomNodes nodes = new RandomNodes();
    nodes.seed(model.toBuilder());
    return nodes.count > 0;
  }

  /** Seeds all nodes below a message, in the order in which they stand there. */
  private void seed(Message.Builder message) {
    if (message instanceof NodeProto.Builder node) {
      seed(node);
    }
    MessageParts.forEach(message, RandomNodes::holdsNodes, this::seed);
  }

  private static boolean holdsNodes(String type) {
    return switch (type) {
      case "GraphProto", "NodeProto", "AttributeProto", "FunctionProto", "TrainingInfoProto" ->
          true;
      default -> false;
    };
  }

  private void seed(NodeProto.Builder node) {
    AttributeType type = DRAWING.get(node.getOpType());
    if (type == null) {
      return;
    }
    count++;
    if (node.getAttributeList().stream().noneMatch(each -> each.getName().equals(SEED))) {
      AttributeProto.Builder seed = AttributeProto.newBuilder().setName(SEED).setType(type);
      node.addAttribute(type == AttributeType.INT ? seed.setI(count) : seed.setF(count));
    }
  }
}
