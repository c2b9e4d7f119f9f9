package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Values of stored tensors: written as raw little-endian bytes, read where they are integers. */
public final class TensorValues {
  private static final int MOST_INTEGERS = 64;

  private TensorValues() {}

  /** A short list of int64 values; empty for anything else. */
  public static Optional<List<Long>> integers(TensorProto tensor) {
    if (tensor.getDataType() != DataType.INT64_VALUE
        || tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      return Optional.empty();
    }
    if (!tensor.hasRawData()) {
      return tensor.getInt64DataCount() > MOST_INTEGERS
          ? Optional.empty()
          : Optional.of(tensor.getInt64DataList());
    }
    if (tensor.getRawData().size() > MOST_INTEGERS * Long.BYTES) {
      return Optional.empty();
    }
    ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    List<Long> values = new ArrayList<>();
    while (bytes.remaining() >= Long.BYTES) {
      values.add(bytes.getLong());
    }
    return Optional.of(values);
  }

  /** Whether a tensor is a single one, or true. */
  public static boolean isOne(TensorProto tensor) {
    DataType type = DataType.forNumber(tensor.getDataType());
    if (tensor.getDimsList().stream().anyMatch(size -> size != 1)
        || !List.of(DataType.FLOAT, DataType.DOUBLE, DataType.INT64, DataType.BOOL)
            .contains(type)) {
      return false;
    }
    if (tensor.hasRawData()) {
      return tensor.getRawData().equals(scalar(type, 1).getRawData());
    }
    return tensor.getFloatDataList().equals(List.of(1f))
        || tensor.getDoubleDataList().equals(List.of(1.0))
        || tensor.getInt32DataList().equals(List.of(1))
        || tensor.getInt64DataList().equals(List.of(1L));
  }

  /** A scalar of type float32, float64, int64 or bool. */
  public static TensorProto scalar(DataType type, double value) {
    ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case FLOAT -> bytes.putFloat((float) value);
      case DOUBLE -> bytes.putDouble(value);
      case INT64 -> bytes.putLong((long) value);
      case BOOL -> bytes.put((byte) (value == 0 ? 0 : 1));
      default -> throw new IllegalArgumentException("no scalar of type " + type);
    }
    return TensorProto.newBuilder()
        .setDataType(type.getNumber())
        .setRawData(ByteString.copyFrom(bytes.flip()))
        .build();
  }

  /** A list of int64 values. */
  public static TensorProto integers(List<Long> values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES * values.size()).order(ByteOrder.LITTLE_ENDIAN);
    values.forEach(bytes::putLong);
    return TensorProto.newBuilder()
        .setDataType(DataType.INT64_VALUE)
        .addDims(values.size())
        .setRawData(ByteString.copyFrom(bytes.flip()))
        .build();
  }
}
