package org.grokfast.models.algorithmic;

import org.grokfast.models.layers.Linear;
import org.grokfast.models.layers.Parameters;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Causal multi-head attention of a sequence with itself: softmax(q·kᵀ/√d + mask)·v for each head
 * (Vaswani et al. 2017, arXiv 1706.03762).
 *
 * <p>Initialised as {@code torch.nn.MultiheadAttention}: Xavier uniform over the whole input
 * projection, biases 0, the output weight as a linear layer's.
 */
final class SelfAttention {
  /** Far below every score, so that its exponential is exactly 0. */
  private static final float MASKED = -1e9f;

  private final Ops tf;
  private final DecoderShape shape;
  private final Operand<TFloat32> inWeight;
  private final Operand<TFloat32> inBias;
  private final Linear out;

  SelfAttention(Parameters parameters, DecoderShape shape) {
    this.tf = parameters.tf();
    this.shape = shape;
    int width = shape.width();
    Parameters in = parameters.scope("in_projection");
    inWeight = in.drawn("weight", Shape.of(width, 3L * width));
    inBias = in.constant("bias", Shape.of(3L * width), 0);
    out = Linear.withZeroBias(parameters.scope("out_projection"), width, width);
  }

  /**
   * What every position takes from itself and those before it.
   *
   * @param x of shape [batch·length, width]
   * @return of the same shape
   */
  Operand<TFloat32> all(Operand<TFloat32> x, int length) {
    var parts =
        tf.unstack(
                tf.linalg.transpose(
                    tf.reshape(
                        new Linear(tf, inWeight, inBias).apply(x),
                        tf.array(-1, length, 3, shape.heads(), shape.headWidth())),
                    tf.array(2, 0, 3, 1, 4)),
                3L)
            .output();
    Operand<TFloat32> scores = tf.math.add(scores(parts.get(0), parts.get(1)), mask(length));
    return context(scores, parts.get(2));
  }

  /**
   * What the last position takes from all.
   *
   * @param query the last position, of shape [batch, width]
   * @param x all positions, of shape [batch·length, width]
   * @return of shape [batch, width]
   */
  Operand<TFloat32> last(Operand<TFloat32> query, Operand<TFloat32> x, int length) {
    int width = shape.width();
    Operand<TInt32> sizes = tf.array(width, 2 * width);
    var weights = tf.splitV(inWeight, sizes, tf.constant(1), 2L).output();
    var biases = tf.splitV(inBias, sizes, tf.constant(0), 2L).output();
    Operand<TFloat32> q = new Linear(tf, weights.get(0), biases.get(0)).apply(query);
    Operand<TFloat32> keysAndValues = new Linear(tf, weights.get(1), biases.get(1)).apply(x);
    var parts = tf.splitV(keysAndValues, tf.array(width, width), tf.constant(1), 2L).output();
    Operand<TFloat32> single = tf.reshape(q, tf.array(-1, shape.heads(), 1, shape.headWidth()));
    return context(scores(single, heads(parts.get(0), length)), heads(parts.get(1), length));
  }

  /** From [batch·length, width] to [batch, heads, length, width/heads]. */
  private Operand<TFloat32> heads(Output<TFloat32> x, int length) {
    return tf.linalg.transpose(
        tf.reshape(x, tf.array(-1, length, shape.heads(), shape.headWidth())),
        tf.array(0, 2, 1, 3));
  }

  private Operand<TFloat32> scores(Operand<TFloat32> queries, Operand<TFloat32> keys) {
    Operand<TFloat32> scale = tf.constant((float) (1 / Math.sqrt(shape.headWidth())));
    return tf.math.mul(
        tf.train.batchMatMul(queries, keys, TFloat32.class, BatchMatMul.adjY(true)), scale);
  }

  private Operand<TFloat32> context(Operand<TFloat32> scores, Operand<TFloat32> values) {
    Operand<TFloat32> heads = tf.train.batchMatMul(tf.nn.softmax(scores), values, TFloat32.class);
    Operand<TFloat32> rows = tf.linalg.transpose(heads, tf.array(0, 2, 1, 3));
    return out.apply(tf.reshape(rows, tf.array(-1, shape.width())));
  }

  private Operand<TFloat32> mask(int length) {
    float[][] mask = new float[length][length];
    for (int query = 0; query < length; query++) {
      for (int key = query + 1; key < length; key++) {
        mask[query][key] = MASKED;
      }
    }
    return tf.constant(mask);
  }
}
