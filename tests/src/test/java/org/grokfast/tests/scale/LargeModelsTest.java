package org.grokfast.tests.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import java.util.List;
import java.util.stream.LongStream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.rewrite.GraphRewriteException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ONNX training steps whose parameters have more elements than 32 bits count. */
class LargeModelsTest {
  /** {@code w − lr·(g + w)}, all of them inputs. */
  private static ModelProto step(long... shape) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("step");
    input(graph, "w", shape);
    input(graph, "x", shape);
    input(graph, "lr");
    node(graph, "Sub", "error", "w", "x");
    node(graph, "Mul", "change", "error", "lr");
    node(graph, "Sub", "w_next", "w", "change");
    graph.addOutputBuilder().setName("w_next").setType(type(shape));
    ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8).setGraph(graph);
    model.addOpsetImportBuilder().setDomain("").setVersion(17);
    return model.build();
  }

  private static void node(
      GraphProto.Builder graph, String op, String output, String first, String second) {
    graph
        .addNodeBuilder()
        .setOpType(op)
        .setName(output)
        .addAllInput(List.of(first, second))
        .addOutput(output);
  }

  private static void input(GraphProto.Builder graph, String name, long... shape) {
    graph.addInputBuilder().setName(name).setType(type(shape));
  }

  private static TypeProto type(long... shape) {
    TypeProto.Builder type = TypeProto.newBuilder();
    type.getTensorTypeBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE).getShapeBuilder();
    for (long size : shape) {
      type.getTensorTypeBuilder().getShapeBuilder().addDimBuilder().setDimValue(size);
    }
    return type.build();
  }

  @ParameterizedTest
  @ValueSource(longs = {(1L << 31) - 1, 1L << 31, 1L << 40})
  void theirStateIsCountedIn64Bits(long rows) {
    for (GradientFilter filter : List.of(Ema.of(0.98, 2), MovingAverage.of(100, 5))) {
      var result = new OnnxRewriter(filter).apply(step(rows, 3));
      long copies = filter instanceof MovingAverage ma ? ma.window() + 2 : 1;
      long bytes = LongStream.of(rows, 3, copies, 4).reduce(1, Math::multiplyExact);
      assertThat(result.report().stateBytes()).isBetween(bytes, bytes + 100);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 61, 1L << 62})
  void stateBeyond64BitsIsRefusedByName(long rows) {
    assertThatThrownBy(() -> new OnnxRewriter(Ema.of(0.98, 2)).apply(step(rows, 3)))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "state 'grokfast/w/ema' of shape ["
                + rows
                + ", 3] would take the filter's state beyond 2^63 bytes; exclude its parameter or"
                + " choose a smaller window");
  }
}
