package org.grokfast.tools.verify.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import org.grokfast.io.GraphFileException;
import org.grokfast.onnx.find.FilteredGradient;
import org.grokfast.tools.verify.InputValues.Kind;

/** Turns tensors of ONNX Runtime into numbers and back. */
final class OrtNumbers {
  private OrtNumbers() {}

  static Kind kind(int type) {
    return switch (type) {
      case DataType.FLOAT16_VALUE,
          DataType.BFLOAT16_VALUE,
          DataType.FLOAT_VALUE,
          DataType.DOUBLE_VALUE ->
          Kind.REAL;
      case DataType.BOOL_VALUE -> Kind.TRUTH;
      case DataType.INT64_VALUE,
          DataType.INT32_VALUE,
          DataType.INT16_VALUE,
          DataType.INT8_VALUE,
          DataType.UINT8_VALUE ->
          Kind.INTEGER;
      default -> Kind.OTHER;
    };
  }

  private static OnnxJavaType type(int type) {
    return switch (type) {
      case DataType.FLOAT_VALUE -> OnnxJavaType.FLOAT;
      case DataType.DOUBLE_VALUE -> OnnxJavaType.DOUBLE;
      case DataType.FLOAT16_VALUE -> OnnxJavaType.FLOAT16;
      case DataType.BFLOAT16_VALUE -> OnnxJavaType.BFLOAT16;
      case DataType.INT64_VALUE -> OnnxJavaType.INT64;
      case DataType.INT32_VALUE -> OnnxJavaType.INT32;
      case DataType.INT16_VALUE -> OnnxJavaType.INT16;
      case DataType.INT8_VALUE -> OnnxJavaType.INT8;
      case DataType.UINT8_VALUE -> OnnxJavaType.UINT8;
      case DataType.BOOL_VALUE -> OnnxJavaType.BOOL;
      default ->
          throw new GraphFileException(
              "no values of type " + DataType.forNumber(type) + " are fed");
    };
  }

  static OnnxTensor tensor(int elementType, List<Long> shape, double[] values) throws OrtException {
    OnnxJavaType type = type(elementType);
    ByteBuffer data =
        ByteBuffer.allocateDirect(values.length * type.size).order(ByteOrder.nativeOrder());
    for (double value : values) {
      switch (type) {
        case FLOAT -> data.putFloat((float) value);
        case DOUBLE -> data.putDouble(value);
        case FLOAT16 -> data.putShort(Fp16Conversions.floatToFp16((float) value));
        case BFLOAT16 -> data.putShort(Fp16Conversions.floatToBf16((float) value));
        case INT64 -> data.putLong((long) value);
        case INT32 -> data.putInt((int) value);
        case INT16 -> data.putShort((short) value);
        default -> data.put((byte) value);
      }
    }
    return OnnxTensor.createTensor(
        OrtEnvironment.getEnvironment(),
        data.flip(),
        shape.stream().mapToLong(Long::longValue).toArray(),
        type);
  }

  /** The elements of a tensor of numbers or truth values. */
  static double[] all(OnnxTensor tensor) {
    return elements(
        tensor,
        (type, data) ->
            switch (type) {
              case INT64 -> data.getLong();
              case INT32 -> data.getInt();
              case INT16 -> data.getShort();
              case INT8, UINT8, BOOL -> data.get();
              default -> real(type, data);
            });
  }

  /** Whether a step makes an update, as what the step gave says. */
  static boolean isMade(FilteredGradient gradient, Map<String, OnnxTensor> values) {
    return gradient.gate().isEmpty() || all(values.get(gradient.gate()))[0] != 0;
  }

  /** The elements of a tensor of floating-point numbers. */
  static double[] of(OnnxTensor tensor) {
    return elements(tensor, OrtNumbers::real);
  }

  private static double[] elements(
      OnnxTensor tensor, ToDoubleBiFunction<OnnxJavaType, ByteBuffer> next) {
    OnnxJavaType type = tensor.getInfo().type;
    ByteBuffer data = tensor.getByteBuffer().order(ByteOrder.nativeOrder());
    double[] values = new double[data.remaining() / type.size];
    for (int i = 0; i < values.length; i++) {
      values[i] = next.applyAsDouble(type, data);
    }
    return values;
  }

  private static double real(OnnxJavaType type, ByteBuffer data) {
    return switch (type) {
      case FLOAT -> data.getFloat();
      case DOUBLE -> data.getDouble();
      case FLOAT16 -> Fp16Conversions.fp16ToFloat(data.getShort());
      case BFLOAT16 -> Fp16Conversions.bf16ToFloat(data.getShort());
      default -> throw new GraphFileException("a gradient is of type " + type);
    };
  }
}
