package org.grokfast.models.algorithmic;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.SoftmaxCrossEntropyWithLogits;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * The type in which the softmax cross-entropy and its gradient by the logits are computed. In
 * float32 the gradient p − 1 of the right class is exactly 0 where its logit leads by more than
 * about 16, since the other classes are absorbed; arXiv 2605.06152 finds the cause of slingshots in
 * that, and that they vanish with float64 here alone. All else is float32.
 */
public enum LossType {
  /** As all else. */
  FLOAT32,
  /** The logits are cast to float64; each example's loss and gradient by them back to float32. */
  FLOAT64;

  /**
   * A loss of a batch.
   *
   * @param loss the mean cross-entropy, a scalar
   * @param gradient of each example's cross-entropy by its logits, of the logits' shape
   */
  record Entropy(Operand<TFloat32> loss, Operand<TFloat32> gradient) {}

  /** The name on the command line: {@code float32}. */
  public String cliName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The type of a name, in upper or lower case.
   *
   * @throws IllegalArgumentException for a name that no type has
   */
  public static LossType named(String cliName) {
    return Arrays.stream(values())
        .filter(type -> type.cliName().equalsIgnoreCase(cliName))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "loss dtype must be "
                        + Arrays.stream(values())
                            .map(LossType::cliName)
                            .collect(Collectors.joining(" or "))
                        + ", was "
                        + cliName));
  }

  /**
   * Adds the cross-entropy to a graph.
   *
   * @param logits of shape [batch, classes]
   * @param right the right class of each example as 1 among zeros, of the same shape
   */
  Entropy entropy(Ops tf, Operand<TFloat32> logits, Operand<TFloat32> right) {
    if (this == FLOAT32) {
      SoftmaxCrossEntropyWithLogits<TFloat32> entropy =
          tf.nn.softmaxCrossEntropyWithLogits(logits, right);
      return new Entropy(mean(tf, entropy.loss()), entropy.backprop());
    }
    // The one operation of float32 has no gradient in float64: TensorFlow's C library multiplies a
    // double by a float there.
    Operand<TFloat64> logarithms = tf.nn.logSoftmax(tf.dtypes.cast(logits, TFloat64.class));
    Operand<TFloat64> wide = tf.dtypes.cast(right, TFloat64.class);
    Operand<TFloat64> losses =
        tf.math.neg(tf.reduceSum(tf.math.mul(wide, logarithms), tf.constant(1)));
    return new Entropy(
        mean(tf, tf.dtypes.cast(losses, TFloat32.class)),
        tf.dtypes.cast(tf.math.sub(tf.math.exp(logarithms), wide), TFloat32.class));
  }

  private static Operand<TFloat32> mean(Ops tf, Operand<TFloat32> losses) {
    return tf.withName("loss").math.mean(losses, tf.constant(0));
  }
}
