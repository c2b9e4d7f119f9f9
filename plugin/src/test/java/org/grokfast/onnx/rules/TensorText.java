package org.grokfast.onnx.rules;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.grokfast.rules.NodeLine;

/**
 * A tensor as a line of a model describes it.
 *
 * @param name its name
 * @param type the type of its elements
 * @param shape its dimensions as {@code 3x2}; {@code ?} is one without a fixed size, {@code scalar}
 *     none, {@code unknown} an unknown number of them
 * @param output the same where the line makes it an output of the graph
 * @param values its elements, or one for all
 */
record TensorText(String name, DataType type, String shape, String output, String values) {
  static final String SHAPE = "shape";
  static final String OUTPUT = "output";

  /** The attributes of a line that describe a tensor and are none of a node. */
  static final Set<String> ATTRIBUTES = Set.of(SHAPE, OUTPUT, "type");

  static TensorText of(NodeLine line) {
    var attributes = line.attributes();
    String shape = line.op().equals("Initializer") ? "scalar" : "2x2";
    return new TensorText(
        line.name(),
        DataType.valueOf(attributes.getOrDefault("type", "float").toUpperCase(Locale.ROOT)),
        attributes.getOrDefault(SHAPE, shape),
        attributes.getOrDefault(OUTPUT, ""),
        attributes.getOrDefault("value", "0.5"));
  }

  /** A name without a type, as outputs of bodies may have it. */
  static ValueInfoProto untyped(String name) {
    return ValueInfoProto.newBuilder().setName(name).build();
  }

  ValueInfoProto info() {
    return info(shape);
  }

  ValueInfoProto outputInfo() {
    return info(output);
  }

  private ValueInfoProto info(String dimensions) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type.getNumber());
    if (!dimensions.equals("unknown")) {
      TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
      for (String dimension : dimensions(dimensions)) {
        proto.addDim(
            dimension.equals("?")
                ? TensorShapeProto.Dimension.newBuilder().setDimParam("N")
                : TensorShapeProto.Dimension.newBuilder().setDimValue(Long.parseLong(dimension)));
      }
      tensor.setShape(proto);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static List<String> dimensions(String shape) {
    return shape.equals("scalar") ? List.of() : List.of(shape.split("x", -1));
  }

  TensorProto constant() {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
    int elements = 1;
    for (String dimension : dimensions(shape)) {
      tensor.addDims(Long.parseLong(dimension));
      elements *= Integer.parseInt(dimension);
    }
    String[] all = values.replaceAll("[\\[\\]]", "").split(", *", -1);
    ByteBuffer data = ByteBuffer.allocate(elements * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      String value = all[all.length == 1 ? 0 : i];
      switch (type) {
        case FLOAT -> data.putFloat(Float.parseFloat(value));
        case DOUBLE -> data.putDouble(Double.parseDouble(value));
        case INT64 -> data.putLong(Long.parseLong(value));
        case BOOL -> data.put((byte) Integer.parseInt(value));
        default -> throw new IllegalArgumentException("no values of " + type);
      }
    }
    return tensor.setRawData(ByteString.copyFrom(data.flip())).build();
  }
}
