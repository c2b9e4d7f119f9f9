package org.grokfast.models.layers;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/**
 * Layer normalisation of rows, {@code (x − mean)/√(variance + 1e-5)·weight + bias}, as {@code
 * torch.nn.LayerNorm}: the variance is the biased one, weight starts as 1 and bias as 0.
 */
public final class LayerNorm {
  /** What is added to the variance. */
  public static final float EPSILON = 1e-5f;

  private final Ops tf;
  private final Operand<TFloat32> weight;
  private final Operand<TFloat32> bias;

  private LayerNorm(Ops tf, Operand<TFloat32> weight, Operand<TFloat32> bias) {
    this.tf = tf;
    this.weight = weight;
    this.bias = bias;
  }

  /** A normalisation of rows of {@code width} numbers. */
  public static LayerNorm of(Parameters parameters, long width) {
    return new LayerNorm(
        parameters.tf(),
        parameters.constant("weight", Shape.of(width), 1),
        parameters.constant("bias", Shape.of(width), 0));
  }

  /**
   * Applies the normalisation.
   *
   * @param x of shape [rows, width]
   * @return of the same shape
   */
  public Operand<TFloat32> apply(Operand<TFloat32> x) {
    Operand<TFloat32> centered =
        tf.math.sub(x, tf.math.mean(x, tf.constant(1), Mean.keepDims(true)));
    Operand<TFloat32> variance =
        tf.math.mean(tf.math.square(centered), tf.constant(1), Mean.keepDims(true));
    Operand<TFloat32> scale = tf.math.rsqrt(tf.math.add(variance, tf.constant(EPSILON)));
    return tf.math.add(tf.math.mul(tf.math.mul(centered, scale), weight), bias);
  }
}
