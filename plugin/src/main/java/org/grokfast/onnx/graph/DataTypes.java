package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Locale;
import java.util.Optional;
import org.grokfast.filter.algebra.Precision;

/** The types of ONNX tensors that gradients can have. */
public final class DataTypes {
  private DataTypes() {}

  public static DataType of(Precision precision) {
    return switch (precision) {
      case FLOAT16 -> DataType.FLOAT16;
      case BFLOAT16 -> DataType.BFLOAT16;
      case FLOAT32 -> DataType.FLOAT;
      case FLOAT64 -> DataType.DOUBLE;
    };
  }

  /** The format of a type's elements; empty if they are no floating-point numbers. */
  public static Optional<Precision> precision(int type) {
    return switch (type) {
      case DataType.FLOAT16_VALUE -> Optional.of(Precision.FLOAT16);
      case DataType.BFLOAT16_VALUE -> Optional.of(Precision.BFLOAT16);
      case DataType.FLOAT_VALUE -> Optional.of(Precision.FLOAT32);
      case DataType.DOUBLE_VALUE -> Optional.of(Precision.FLOAT64);
      default -> Optional.empty();
    };
  }

  /** The type's name as reports and metadata spell it: {@code float32}. */
  public static String label(DataType type) {
    return precision(type.getNumber())
        .map(Precision::label)
        .orElse(type.name().toLowerCase(Locale.ROOT));
  }
}
