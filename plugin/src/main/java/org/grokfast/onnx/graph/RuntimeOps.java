package org.grokfast.onnx.graph;

/** What ONNX Runtime's own operators and the tensors around them are called. */
public final class RuntimeOps {
  /** The domain of its operators. */
  public static final String DOMAIN = "com.microsoft";

  /** The operator that adds a gradient to a buffer: (buffer, gradient, reset) → sum. */
  public static final String ACCUMULATOR = "InPlaceAccumulatorV2";

  /** What follows a parameter's name in that of the buffer of its gradients. */
  public static final String BUFFER = "_grad.accumulation.buffer";

  /** What follows a parameter's name in that of the accumulator's output. */
  public static final String ACCUMULATED = "_grad.accumulation.out";

  /** The operator of an optimizer model that bounds the norm of all gradients. */
  public static final String CLIPPING = "InplaceClipGradNorm";

  private RuntimeOps() {}
}
