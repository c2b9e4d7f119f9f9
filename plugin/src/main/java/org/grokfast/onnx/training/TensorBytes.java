package org.grokfast.onnx.training;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.grokfast.rewrite.GraphRewriteException;

/** Tensors of the runtime by their bytes, whatever the type of their elements. */
final class TensorBytes {
  private TensorBytes() {}

  /** A tensor of its own with the elements of another. */
  static OnnxTensor copy(OrtEnvironment environment, OnnxTensor tensor) throws OrtException {
    TensorInfo info = tensor.getInfo();
    return of(environment, info.type, info.getShape(), tensor.getByteBuffer());
  }

  /** A tensor of the bytes of its elements, in the machine's order. */
  static OnnxTensor of(OrtEnvironment environment, OnnxJavaType type, long[] shape, ByteBuffer data)
      throws OrtException {
    ByteBuffer direct = ByteBuffer.allocateDirect(data.remaining()).order(ByteOrder.nativeOrder());
    direct.put(data.duplicate()).flip();
    return OnnxTensor.createTensor(environment, direct, shape, type);
  }

  /** A tensor with one value everywhere; other than zero in float32, float64 and int64 alone. */
  static OnnxTensor filled(OrtEnvironment environment, String name, TensorInfo info, double value)
      throws OrtException {
    long elements = 1;
    for (long dimension : info.getShape()) {
      if (dimension < 0) {
        throw new GraphRewriteException(
            "'" + name + "' is " + TensorInfos.text(info) + "; set its value by a tensor");
      }
      elements = Math.multiplyExact(elements, dimension);
    }
    ByteBuffer data =
        ByteBuffer.allocateDirect(Math.toIntExact(elements * info.type.size))
            .order(ByteOrder.nativeOrder());
    while (value != 0 && data.hasRemaining()) {
      switch (info.type) {
        case FLOAT -> data.putFloat((float) value);
        case DOUBLE -> data.putDouble(value);
        case INT64 -> data.putLong((long) value);
        default ->
            throw new GraphRewriteException(
                "'" + name + "' can't start at " + value + " in " + info.type);
      }
    }
    data.rewind();
    return OnnxTensor.createTensor(environment, data, info.getShape(), info.type);
  }
}
