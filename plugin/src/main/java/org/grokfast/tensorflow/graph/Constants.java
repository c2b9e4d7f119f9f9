package org.grokfast.tensorflow.graph;

import java.nio.ByteOrder;
import java.util.OptionalDouble;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/** The numbers that a graph holds as constants. */
public final class Constants {
  private Constants() {}

  /** The first number of a constant; empty for another node, and where it is none of a fraction. */
  public static OptionalDouble value(GraphIndex graph, int id) {
    if (!graph.op(id).equals("Const")) {
      return OptionalDouble.empty();
    }
    TensorProto value =
        graph.node(id).getAttrOrDefault("value", AttrValue.getDefaultInstance()).getTensor();
    if (value.getFloatValCount() > 0) {
      return OptionalDouble.of(value.getFloatVal(0));
    }
    if (value.getDoubleValCount() > 0) {
      return OptionalDouble.of(value.getDoubleVal(0));
    }
    var content = value.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (value.getDtype() == DataType.DT_FLOAT && content.remaining() >= Float.BYTES) {
      return OptionalDouble.of(content.getFloat());
    }
    return value.getDtype() == DataType.DT_DOUBLE && content.remaining() >= Double.BYTES
        ? OptionalDouble.of(content.getDouble())
        : OptionalDouble.empty();
  }
}
