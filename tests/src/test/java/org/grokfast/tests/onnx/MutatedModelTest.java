package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.onnx.OnnxInspection;
import org.grokfast.onnx.OnnxPass;
import org.grokfast.onnx.OnnxStrip;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OnnxReader;
import org.grokfast.onnx.file.OnnxValidator;
import org.grokfast.rewrite.GraphRewriteException;
import org.junit.jupiter.api.Test;

/**
 * Damaged models end in a valid rewritten model or in the one family of exceptions. {@code
 * -Dgrokfast.fuzz.count=1000000 -Dgrokfast.fuzz.seed=7} runs more of them.
 */
class MutatedModelTest {
  private static final int MUTANTS = Integer.getInteger("grokfast.fuzz.count", 3_000);
  private static final long SEED = Long.getLong("grokfast.fuzz.seed", 1);
  private static final String[] NAMES = {"", "x", "w0", "w0.g", "lr", "loss", "t5", "no", "w0_new"};

  @Test
  void aMutatedModelIsRewrittenSoundlyOrRefused() {
    List<byte[]> originals = new ArrayList<>();
    for (String name : StepModel.names()) {
      originals.add(bytes(StepModel.stored(name)));
    }
    Random random = new Random(SEED);
    int refused = 0;
    int rewritten = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] original = originals.get(random.nextInt(originals.size()));
      byte[] mutant = random.nextBoolean() ? flipped(original, random) : rewired(original, random);
      GradientFilter filter = random.nextBoolean() ? Ema.defaults() : MovingAverage.defaults();
      try {
        check(mutant, filter);
        rewritten++;
      } catch (GraphRewriteException e) {
        assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(3_000);
        refused++;
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        fail("mutant " + i + " of seed " + SEED, e);
      }
    }
    assertThat(refused).isPositive();
    assertThat(rewritten).isPositive();
  }

  private static void check(byte[] mutant, GradientFilter filter) {
    OnnxFile file = new OnnxReader().read(mutant, "mutant");
    OnnxValidator.validate(file);
    OnnxInspection.of(file.model());
    ModelProto rewritten = new OnnxPass(filter).apply(file.model()).model();
    try {
      OnnxValidator.validate(file.withModel(rewritten));
    } catch (GraphRewriteException e) {
      throw new IllegalStateException("the pass made a model that is not sound", e);
    }
    if (!OnnxStrip.apply(rewritten).equals(file.model())) {
      throw new IllegalStateException("strip gave another model");
    }
  }

  private static byte[] flipped(byte[] original, Random random) {
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
        default -> mutant = java.util.Arrays.copyOf(mutant, Math.max(1, at));
      }
    }
    return mutant;
  }

  /** Keeps the message whole and changes what it says. */
  private static byte[] rewired(byte[] original, Random random) {
    ModelProto.Builder model;
    try {
      model = ModelProto.parseFrom(original).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
    GraphProto.Builder graph = model.getGraphBuilder();
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
            graph
                .getInputBuilder(random.nextInt(graph.getInputCount()))
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

  private static byte[] bytes(StepModel model) {
    try {
      return Files.readAllBytes(model.file().path().orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
