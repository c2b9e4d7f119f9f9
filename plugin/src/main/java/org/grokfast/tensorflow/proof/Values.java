package org.grokfast.tensorflow.proof;

import org.grokfast.io.GraphFileException;
import org.tensorflow.RawTensor;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.DoubleNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.IntNdArray;
import org.tensorflow.ndarray.LongNdArray;
import org.tensorflow.ndarray.NdArray;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.DoubleDataBuffer;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/** Turns tensors into numbers and back. */
public final class Values {
  private Values() {}

  /** The elements of a tensor of numbers. */
  public static double[] of(Tensor tensor) {
    double[] values = new double[Math.toIntExact(tensor.shape().size())];
    if (tensor instanceof DoubleNdArray doubles) {
      DoubleDataBuffer buffer = DataBuffers.ofDoubles(values.length);
      doubles.copyTo(buffer);
      buffer.read(values);
    } else if (tensor instanceof FloatNdArray floats) {
      FloatDataBuffer buffer = DataBuffers.ofFloats(values.length);
      floats.copyTo(buffer);
      for (int i = 0; i < values.length; i++) {
        values[i] = buffer.getFloat(i);
      }
    } else if (tensor instanceof IntNdArray || tensor instanceof LongNdArray) {
      int[] next = {0};
      ((NdArray<?>) tensor)
          .scalars()
          .forEach(value -> values[next[0]++] = ((Number) value.getObject()).doubleValue());
    } else {
      throw new GraphFileException("a tensor of " + tensor.dataType() + " has no real numbers");
    }
    return values;
  }

  /** A copy that shares no memory: what a session returns of a reference variable may change. */
  public static Tensor copy(Tensor tensor) {
    RawTensor raw = tensor.asRawTensor();
    ByteDataBuffer bytes = DataBuffers.ofBytes(raw.data().size());
    raw.data().copyTo(bytes, bytes.size());
    return Tensor.of(((TType) tensor).type(), tensor.shape(), bytes);
  }

  /**
   * A tensor.
   *
   * @param dtype its type, as {@code DT_FLOAT}
   * @param shape its dimensions
   * @param values its elements; integers are rounded towards zero
   */
  public static Tensor tensor(String dtype, Shape shape, double[] values) {
    return switch (dtype) {
      case "DT_HALF" -> TFloat16.tensorOf(shape, t -> t.copyFrom(floats(values)));
      case "DT_BFLOAT16" -> TBfloat16.tensorOf(shape, t -> t.copyFrom(floats(values)));
      case "DT_FLOAT" -> TFloat32.tensorOf(shape, floats(values));
      case "DT_DOUBLE" -> TFloat64.tensorOf(shape, DataBuffers.of(values, true, false));
      case "DT_INT32" -> {
        int[] ints = new int[values.length];
        for (int i = 0; i < ints.length; i++) {
          ints[i] = (int) values[i];
        }
        yield TInt32.tensorOf(shape, DataBuffers.of(ints, true, false));
      }
      case "DT_INT64" -> {
        long[] longs = new long[values.length];
        for (int i = 0; i < longs.length; i++) {
          longs[i] = (long) values[i];
        }
        yield TInt64.tensorOf(shape, DataBuffers.of(longs, true, false));
      }
      case "DT_UINT8" -> {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) (int) values[i];
        }
        yield TUint8.tensorOf(shape, DataBuffers.of(bytes, true, false));
      }
      case "DT_BOOL" -> {
        boolean[] truths = new boolean[values.length];
        for (int i = 0; i < truths.length; i++) {
          truths[i] = values[i] != 0;
        }
        yield TBool.tensorOf(shape, DataBuffers.of(truths, true, false));
      }
      default -> throw new GraphFileException("no values of type " + dtype + " can be made");
    };
  }

  private static FloatDataBuffer floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return DataBuffers.of(floats, true, false);
  }
}
