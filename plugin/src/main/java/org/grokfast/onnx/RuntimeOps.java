package org.grokfast.onnx;

/** What ONNX Runtime's own operators and the tensors around them are called. */
final class RuntimeOps {
  /** The domain of its operators. */
  static final String DOMAIN = "com.microsoft";

  /** The operator that adds a gradient to a buffer: (buffer, gradient, reset) → sum. */
  static final String ACCUMULATOR = "InPlaceAccumulatorV2";

  /** What follows a parameter's name in that of the buffer of its gradients. */
  static final String BUFFER = "_grad.accumulation.buffer";

  /** What follows a parameter's name in that of the accumulator's output. */
  static final String ACCUMULATED = "_grad.accumulation.out";

  private RuntimeOps() {}
}
