package org.grokfast.onnx.training;

import ai.onnxruntime.TensorInfo;
import java.util.Arrays;

/** Types and shapes of the runtime's tensors: whether they fit, and how messages show them. */
final class TensorInfos {
  private TensorInfos() {}

  /** Whether a tensor of this shape can be fed where {@code expected} is; -1 takes any number. */
  static boolean fits(TensorInfo expected, long[] shape) {
    long[] dims = expected.getShape();
    boolean fits = dims.length == shape.length;
    for (int i = 0; fits && i < dims.length; i++) {
      fits = dims[i] < 0 || dims[i] == shape[i];
    }
    return fits;
  }

  /** Type and shape, as in {@code FLOAT [4, 3]}. */
  static String text(TensorInfo info) {
    return info.type + " " + Arrays.toString(info.getShape());
  }
}
