package org.grokfast.models.layers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/**
 * What can be measured of a classifier's logits, each a scalar of the batch:
 *
 * <pre>
 *   logit-scale   the root mean square of the logits, of which each example's mean is subtracted,
 *                 as the softmax doesn't see it
 *   saturation    the fraction of examples for whose right class the gradient is exactly 0
 * </pre>
 *
 * <p>In float32 the softmax absorbs all other classes where the right one leads by more than about
 * 16: its gradient p − 1 is then 0, and the others push alone. Source: arXiv 2605.06152, which
 * finds the cause of slingshots in it. The scale's form is this project's choice.
 */
public final class LogitMeasures {
  /** The name of the scale. */
  public static final String SCALE = "logit-scale";

  /** The name of the fraction. */
  public static final String SATURATION = "saturation";

  private LogitMeasures() {}

  /**
   * The measures by name.
   *
   * @param logits of shape [batch, classes]
   * @param right the right class of each example as 1 among zeros, of the same shape
   * @param gradient of the cross-entropy of each example by its logits, as the loss has it
   */
  public static Map<String, Operand<TFloat32>> of(
      Ops scope, Operand<TFloat32> logits, Operand<TFloat32> right, Operand<TFloat32> gradient) {
    Ops tf = scope.withSubScope("measured");
    Operand<TFloat32> mean = tf.math.mean(logits, tf.constant(1), Mean.keepDims(true));
    Operand<TFloat32> squares = tf.math.square(tf.math.sub(logits, mean));
    Operand<TFloat32> ofRight = tf.reduceSum(tf.math.mul(gradient, right), tf.constant(1));
    Operand<TFloat32> isZero =
        tf.dtypes.cast(tf.math.equal(ofRight, tf.constant(0f)), TFloat32.class);
    Map<String, Operand<TFloat32>> measures = new LinkedHashMap<>();
    measures.put(SCALE, tf.math.sqrt(tf.math.mean(squares, tf.array(0, 1))));
    measures.put(SATURATION, tf.math.mean(isZero, tf.constant(0)));
    return measures;
  }
}
