package org.grokfast.models.optimizer;

import java.util.Locale;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;

/**
 * How the learning rate falls after the warm-up: from the whole rate at one step to a share of it
 * at another, where it stays. With u updates made before and x = (u − from)/(until − from), limited
 * to [0, 1], the rate is multiplied by share + (1 − share)·s(x), where s is 1, 1 − x or (1 + cos
 * πx)/2 (Loshchilov and Hutter 2017, arXiv 1608.03983, equation 5, without restarts).
 *
 * @param shape s
 * @param from the number of updates before which the rate is whole; ≥ 0
 * @param until the number of updates from which on the rate is the share; above {@code from}
 * @param share what is left of the rate in the end, in [0, 1]
 */
public record LearningRateDecay(Shape shape, int from, int until, double share) {

  /** The form of the fall. */
  public enum Shape {
    /** No fall. */
    CONSTANT,
    /** In equal steps. */
    LINEAR,
    /** Half a cosine wave. */
    COSINE;

    /** The name on the command line: {@code cosine}. */
    public String cliName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The rate stays as it is. */
  public static final LearningRateDecay NONE = new LearningRateDecay(Shape.CONSTANT, 0, 1, 1);

  /**
   * @throws IllegalArgumentException if a value is outside its range
   */
  public LearningRateDecay {
    if (from < 0) {
      throw new IllegalArgumentException("the decay must begin at a step >= 0, was " + from);
    }
    if (until <= from) {
      throw new IllegalArgumentException(
          "the decay must end after the step at which it begins, " + from + ", was " + until);
    }
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("the final share must be in [0, 1], was " + share);
    }
  }

  /** The decay as text: {@code cosine(from=100, until=300, share=0.0)}. */
  public String describe() {
    return shape == Shape.CONSTANT
        ? shape.cliName()
        : shape.cliName() + "(from=" + from + ", until=" + until + ", share=" + share + ")";
  }

  /**
   * What the rate is multiplied by, a scalar.
   *
   * @param tf where the operations are made
   * @param updates the number of updates made before, a scalar
   */
  Operand<TFloat64> factor(Ops tf, Operand<TFloat64> updates) {
    Operand<TFloat64> one = tf.constant(1.0);
    if (shape == Shape.CONSTANT) {
      return one;
    }
    Operand<TFloat64> position =
        tf.math.div(
            tf.math.sub(updates, tf.constant((double) from)), tf.constant((double) until - from));
    Operand<TFloat64> x = tf.math.minimum(tf.math.maximum(position, tf.constant(0.0)), one);
    Operand<TFloat64> height =
        shape == Shape.LINEAR
            ? tf.math.sub(one, x)
            : tf.math.mul(
                tf.constant(0.5),
                tf.math.add(one, tf.math.cos(tf.math.mul(x, tf.constant(Math.PI)))));
    return tf.math.add(tf.constant(share), tf.math.mul(tf.constant(1 - share), height));
  }
}
