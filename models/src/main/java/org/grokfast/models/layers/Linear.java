package org.grokfast.models.layers;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.BiasAdd;
import org.tensorflow.types.TFloat32;

/**
 * A fully connected layer, {@code x·W + b}, with W of shape [inputs, outputs].
 *
 * <p>Its initial values are those of {@link InitialValues#linear}.
 */
public final class Linear {
  private final Ops tf;
  private final Operand<TFloat32> weight;
  private final Operand<TFloat32> bias;

  /** A layer of given parameters; {@code bias} may be null. */
  public Linear(Ops tf, Operand<TFloat32> weight, Operand<TFloat32> bias) {
    this.tf = tf;
    this.weight = weight;
    this.bias = bias;
  }

  /** A layer with weight and bias. */
  public static Linear of(Parameters parameters, int inputs, int outputs) {
    return new Linear(
        parameters.tf(),
        parameters.drawn("weight", Shape.of(inputs, outputs)),
        parameters.drawn("bias", Shape.of(outputs)));
  }

  /** A layer whose bias starts as 0. */
  public static Linear withZeroBias(Parameters parameters, int inputs, int outputs) {
    return new Linear(
        parameters.tf(),
        parameters.drawn("weight", Shape.of(inputs, outputs)),
        parameters.constant("bias", Shape.of(outputs), 0));
  }

  /** A layer without bias. */
  public static Linear withoutBias(Parameters parameters, int inputs, int outputs) {
    return new Linear(parameters.tf(), parameters.drawn("weight", Shape.of(inputs, outputs)), null);
  }

  /**
   * Applies the layer.
   *
   * @param x of shape [rows, inputs]
   * @return of shape [rows, outputs]
   */
  public Operand<TFloat32> apply(Operand<TFloat32> x) {
    Operand<TFloat32> product = tf.linalg.matMul(x, weight);
    return bias == null ? product : BiasAdd.create(tf.scope(), product, bias);
  }
}
