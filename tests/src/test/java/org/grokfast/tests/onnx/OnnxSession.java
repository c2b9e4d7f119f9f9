package org.grokfast.tests.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** A model in ONNX Runtime, one thread; values are arrays of double whatever their type. */
final class OnnxSession implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxSession(ModelProto model) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      session = environment.createSession(model.toByteArray(), options);
    } catch (OrtException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** The shapes of the inputs, in order. */
  Map<String, long[]> inputs() {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    try {
      for (NodeInfo info : session.getInputInfo().values()) {
        shapes.put(info.getName(), ((TensorInfo) info.getInfo()).getShape());
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    return shapes;
  }

  /** One run; all outputs by name. */
  Map<String, double[]> run(Map<String, double[]> feeds) {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      for (NodeInfo info : session.getInputInfo().values()) {
        double[] values = feeds.get(info.getName());
        tensors.put(info.getName(), tensor((TensorInfo) info.getInfo(), values));
      }
      Map<String, double[]> outputs = new LinkedHashMap<>();
      try (OrtSession.Result result = session.run(tensors)) {
        result.forEach(entry -> outputs.put(entry.getKey(), values((OnnxTensor) entry.getValue())));
      }
      return outputs;
    } catch (OrtException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  /** A value of an input. */
  OnnxTensor tensor(String input, double[] values) throws OrtException {
    return tensor((TensorInfo) session.getInputInfo().get(input).getInfo(), values);
  }

  private OnnxTensor tensor(TensorInfo info, double[] values) throws OrtException {
    long[] shape = info.getShape();
    switch (info.type) {
      case FLOAT -> {
        FloatBuffer buffer = FloatBuffer.allocate(values.length);
        for (double value : values) {
          buffer.put((float) value);
        }
        return OnnxTensor.createTensor(environment, buffer.flip(), shape);
      }
      case DOUBLE -> {
        return OnnxTensor.createTensor(environment, DoubleBuffer.wrap(values), shape);
      }
      case INT64 -> {
        LongBuffer buffer = LongBuffer.allocate(values.length);
        for (double value : values) {
          buffer.put((long) value);
        }
        return OnnxTensor.createTensor(environment, buffer.flip(), shape);
      }
      case FLOAT16, BFLOAT16 -> {
        ByteBuffer bytes =
            ByteBuffer.allocateDirect(2 * values.length).order(ByteOrder.nativeOrder());
        for (double value : values) {
          bytes.putShort(half(info.type, (float) value));
        }
        return OnnxTensor.createTensor(environment, bytes.flip(), shape, info.type);
      }
      default -> throw new IllegalArgumentException(info.toString());
    }
  }

  private static short half(OnnxJavaType type, float value) {
    return type == OnnxJavaType.FLOAT16
        ? Fp16Conversions.floatToFp16(value)
        : Fp16Conversions.floatToBf16(value);
  }

  static double[] values(OnnxTensor tensor) {
    switch (tensor.getInfo().type) {
      case FLOAT -> {
        FloatBuffer buffer = tensor.getFloatBuffer();
        double[] values = new double[buffer.remaining()];
        for (int i = 0; i < values.length; i++) {
          values[i] = buffer.get(i);
        }
        return values;
      }
      case DOUBLE -> {
        double[] values = new double[tensor.getDoubleBuffer().remaining()];
        tensor.getDoubleBuffer().get(values);
        return values;
      }
      case INT64 -> {
        LongBuffer buffer = tensor.getLongBuffer();
        double[] values = new double[buffer.remaining()];
        for (int i = 0; i < values.length; i++) {
          values[i] = buffer.get(i);
        }
        return values;
      }
      case FLOAT16, BFLOAT16 -> {
        ShortBuffer buffer = tensor.getShortBuffer();
        double[] values = new double[buffer.remaining()];
        for (int i = 0; i < values.length; i++) {
          values[i] =
              tensor.getInfo().type == OnnxJavaType.FLOAT16
                  ? Fp16Conversions.fp16ToFloat(buffer.get(i))
                  : Fp16Conversions.bf16ToFloat(buffer.get(i));
        }
        return values;
      }
      default -> throw new IllegalArgumentException(tensor.getInfo().toString());
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
