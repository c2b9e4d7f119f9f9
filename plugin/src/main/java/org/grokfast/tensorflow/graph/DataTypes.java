package org.grokfast.tensorflow.graph;

import java.util.Optional;
import org.grokfast.filter.algebra.Precision;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** The formats of a filter as TensorFlow's types. */
public final class DataTypes {
  private DataTypes() {}

  /** The format of a type; empty for what no filter can work on. References count as values. */
  public static Optional<Precision> precision(DataType type) {
    return switch (type) {
      case DT_HALF, DT_HALF_REF -> Optional.of(Precision.FLOAT16);
      case DT_BFLOAT16, DT_BFLOAT16_REF -> Optional.of(Precision.BFLOAT16);
      case DT_FLOAT, DT_FLOAT_REF -> Optional.of(Precision.FLOAT32);
      case DT_DOUBLE, DT_DOUBLE_REF -> Optional.of(Precision.FLOAT64);
      default -> Optional.empty();
    };
  }

  public static DataType of(Precision precision) {
    return switch (precision) {
      case FLOAT16 -> DataType.DT_HALF;
      case BFLOAT16 -> DataType.DT_BFLOAT16;
      case FLOAT32 -> DataType.DT_FLOAT;
      case FLOAT64 -> DataType.DT_DOUBLE;
    };
  }

  /** The type of what a node gives, by its attributes; invalid where none says it. */
  public static DataType given(NodeDef node) {
    for (String attribute : new String[] {"DstT", "T", "dtype"}) {
      if (node.containsAttr(attribute)) {
        return node.getAttrOrThrow(attribute).getType();
      }
    }
    return DataType.DT_INVALID;
  }

  public static int bytes(DataType type) {
    return switch (type) {
      case DT_HALF, DT_BFLOAT16 -> 2;
      case DT_FLOAT -> 4;
      default -> 8;
    };
  }
}
