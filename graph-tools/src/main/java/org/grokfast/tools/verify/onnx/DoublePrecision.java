package org.grokfast.tools.verify.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * A model in which all floating-point numbers are of float64. Whether the runtime has kernels for
 * it is seen when it is opened.
 */
final class DoublePrecision {
  /** Attributes that hold the number of an element type. */
  private static final Set<String> TYPES = Set.of("to", "dtype", "stash_type");

  private boolean possible = true;

  private DoublePrecision() {}

  /** The number of an element type in such a model. */
  static int type(int type) {
    return isNarrower(type) ? DataType.DOUBLE_VALUE : type;
  }

  private static boolean isNarrower(int type) {
    return type == DataType.FLOAT_VALUE
        || type == DataType.FLOAT16_VALUE
        || type == DataType.BFLOAT16_VALUE;
  }

  /** The model in float64; empty where tensors lie outside of it. */
  static Optional<ModelProto> of(ModelProto model) {
    ModelProto.Builder result = model.toBuilder();
    DoublePrecision conversion = new DoublePrecision();
    conversion.convert(result);
    return conversion.possible ? Optional.of(result.build()) : Optional.empty();
  }

  private void convert(Message.Builder message) {
    if (message instanceof TensorProto.Builder tensor) {
      convert(tensor);
      return;
    }
    if (message instanceof TypeProto.Tensor.Builder type) {
      type.setElemType(type(type.getElemType()));
      return;
    }
    if (message instanceof NodeProto.Builder node) {
      node.getAttributeBuilderList().forEach(DoublePrecision::convert);
    }
    MessageParts.forEach(message, type -> true, this::convert);
  }

  private static void convert(AttributeProto.Builder attribute) {
    if (TYPES.contains(attribute.getName())) {
      attribute.setI(type((int) attribute.getI()));
    } else if (attribute.getName().equals("value_float")) {
      ByteBuffer bytes = buffer(1).putDouble(attribute.getF());
      attribute
          .setName("value")
          .setType(AttributeType.TENSOR)
          .clearF()
          .setT(
              TensorProto.newBuilder()
                  .setDataType(DataType.DOUBLE_VALUE)
                  .setRawData(ByteString.copyFrom(bytes.flip())));
    }
  }

  private static ByteBuffer buffer(int elements) {
    return ByteBuffer.allocate(Double.BYTES * elements).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void convert(TensorProto.Builder tensor) {
    if (!isNarrower(tensor.getDataType())) {
      return;
    }
    if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
      possible = false;
      return;
    }
    double[] values = values(tensor);
    ByteBuffer bytes = buffer(values.length);
    for (double value : values) {
      bytes.putDouble(value);
    }
    tensor
        .setDataType(DataType.DOUBLE_VALUE)
        .clearFloatData()
        .clearInt32Data()
        .setRawData(ByteString.copyFrom(bytes.flip()));
  }

  private static double[] values(TensorProto.Builder tensor) {
    int type = tensor.getDataType();
    ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (type == DataType.FLOAT_VALUE) {
      double[] values =
          new double
              [tensor.hasRawData() ? raw.remaining() / Float.BYTES : tensor.getFloatDataCount()];
      Arrays.setAll(
          values,
          i -> tensor.hasRawData() ? raw.getFloat(Float.BYTES * i) : tensor.getFloatData(i));
      return values;
    }
    double[] values =
        new double
            [tensor.hasRawData() ? raw.remaining() / Short.BYTES : tensor.getInt32DataCount()];
    Arrays.setAll(
        values,
        i ->
            half(
                type,
                tensor.hasRawData() ? raw.getShort(Short.BYTES * i) : tensor.getInt32Data(i)));
    return values;
  }

  /** A number of 16 bits: IEEE 754's binary16, or the upper half of a binary32. */
  private static double half(int type, int bits) {
    if (type == DataType.BFLOAT16_VALUE) {
      return Float.intBitsToFloat(bits << 16);
    }
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    double size =
        exponent == 0x1f
            ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
            : exponent == 0
                ? Math.scalb((double) fraction, -24)
                : Math.scalb((double) (fraction | 0x400), exponent - 25);
    return (bits & 0x8000) == 0 ? size : -size;
  }
}
