package org.grokfast.models.layers;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.BiasAdd;
import org.tensorflow.types.TFloat32;

/**
 * A fully connected layer, {@code x·W + b}, with W of shape [inputs, outputs].
 *
 * <p>Initialised as {@code torch.nn.Linear}: Kaiming uniform with a = √5, which is uniform in
 * ±1/√inputs, for the weight and the bias.
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
    double bound = 1 / Math.sqrt(inputs);
    return new Linear(
        parameters.tf(),
        parameters.uniform("weight", Shape.of(inputs, outputs), bound),
        parameters.uniform("bias", Shape.of(outputs), bound));
  }

  /** A layer whose bias starts as 0. */
  public static Linear withZeroBias(Parameters parameters, int inputs, int outputs) {
    return new Linear(
        parameters.tf(),
        parameters.uniform("weight", Shape.of(inputs, outputs), 1 / Math.sqrt(inputs)),
        parameters.constant("bias", Shape.of(outputs), 0));
  }

  /** A layer without bias. */
  public static Linear withoutBias(Parameters parameters, int inputs, int outputs) {
    Shape shape = Shape.of(inputs, outputs);
    return new Linear(
        parameters.tf(), parameters.uniform("weight", shape, 1 / Math.sqrt(inputs)), null);
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
