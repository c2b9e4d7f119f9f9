package org.grokfast.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import org.grokfast.filter.Ema;
import org.grokfast.rewrite.GraphRewriteException;
import org.junit.jupiter.api.Test;

/** State that no machine can hold. */
class OnnxStateSizeTest {
  private static final long SIDE = 1L << 31;

  private static ValueInfoProto info(String name, long... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (long size : shape) {
      dimensions.addDimBuilder().setDimValue(size);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(DataType.FLOAT_VALUE)
                        .setShape(dimensions)))
        .build();
  }

  @Test
  void bytesThatOverflowAreRefusedWithTheStateThatTakesThem() {
    ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8);
    model.addOpsetImportBuilder().setDomain("").setVersion(17);
    model.addOpsetImportBuilder().setDomain("com.microsoft").setVersion(1);
    model.setGraph(
        GraphProto.newBuilder()
            .addInput(info("rate"))
            .addInput(info("w", SIDE, SIDE))
            .addInput(info("g", SIDE, SIDE))
            .addOutput(info("w_new", SIDE, SIDE))
            .addNode(
                NodeProto.newBuilder()
                    .setName("update")
                    .setOpType("SGDOptimizer")
                    .setDomain("com.microsoft")
                    .addAllInput(List.of("rate", "w", "g"))
                    .addOutput("w_new")));
    assertThatThrownBy(() -> new OnnxRewriter(Ema.defaults()).apply(model.build()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "state 'grokfast/w/ema' of shape [2147483648, 2147483648] would take the filter's state"
                + " beyond 2^63 bytes; exclude its parameter or choose a smaller window");
  }
}
