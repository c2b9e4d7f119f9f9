package org.grokfast.tests.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;

/** Ways to damage a model. */
final class Mutations {
  private static final String[] NAMES = {
    "", "x", "w0", "w0.g", "lr", "loss", "t5", "no", "w0_new", "w0_grad.accumulation.buffer"
  };

  private Mutations() {}

  /** Changes, copies or cuts off some bytes. */
  static byte[] flipped(byte[] original, Random random) {
    byte[] mutant = original.clone();
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      int at = random.nextInt(mutant.length);
      switch (random.nextInt(5)) {
        case 0 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutant[at] = (byte) random.nextInt(256);
        case 2 -> mutant[at] = (byte) 0xff;
        case 3 -> {
          int from = random.nextInt(mutant.length);
          int length = random.nextInt(Math.min(64, mutant.length - Math.max(at, from)));
          System.arraycopy(mutant, from, mutant, at, length);
        }
        default -> mutant = Arrays.copyOf(mutant, Math.max(1, at));
      }
    }
    return mutant;
  }

  /** Keeps the message whole and changes what it says. */
  static byte[] rewired(byte[] original, Random random) {
    ModelProto.Builder model;
    try {
      model = ModelProto.parseFrom(original).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
    boolean algorithm = model.getTrainingInfoCount() > 0 && random.nextBoolean();
    GraphProto.Builder graph =
        algorithm ? model.getTrainingInfoBuilder(0).getAlgorithmBuilder() : model.getGraphBuilder();
    for (int n = 1 + random.nextInt(3); n > 0 && graph.getNodeCount() > 0; n--) {
      int id = random.nextInt(graph.getNodeCount());
      NodeProto.Builder node = graph.getNodeBuilder(id);
      switch (random.nextInt(8)) {
        case 0 -> {
          if (graph.getNodeCount() > 1) {
            graph.removeNode(id);
          }
        }
        case 1 -> graph.addNode(random.nextInt(graph.getNodeCount()), node.build());
        case 2 -> {
          if (node.getInputCount() > 0) {
            node.setInput(random.nextInt(node.getInputCount()), name(graph, random));
          }
        }
        case 3 -> {
          if (node.getOutputCount() > 0) {
            node.setOutput(0, name(graph, random));
          }
        }
        case 4 -> node.setOpType(graph.getNode(random.nextInt(graph.getNodeCount())).getOpType());
        case 5 -> {
          if (graph.getOutputCount() > 0) {
            graph.removeOutput(random.nextInt(graph.getOutputCount()));
          }
        }
        case 6 ->
            (graph.getInputCount() == 0
                    ? graph.addInputBuilder()
                    : graph.getInputBuilder(random.nextInt(graph.getInputCount())))
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .setElemType(random.nextInt(20))
                .getShapeBuilder()
                .addDimBuilder()
                .setDimValue(random.nextLong() >> random.nextInt(64));
        default -> {
          if (model.getOpsetImportCount() > 0) {
            model.getOpsetImportBuilder(0).setVersion(random.nextInt(30));
          }
        }
      }
    }
    return model.build().toByteArray();
  }

  private static String name(GraphProto.Builder graph, Random random) {
    NodeProto other = graph.getNode(random.nextInt(graph.getNodeCount()));
    return random.nextBoolean() && other.getOutputCount() > 0
        ? other.getOutput(0)
        : NAMES[random.nextInt(NAMES.length)];
  }
}
