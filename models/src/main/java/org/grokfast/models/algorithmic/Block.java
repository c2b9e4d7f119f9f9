package org.grokfast.models.algorithmic;

import org.grokfast.models.layers.LayerListener;
import org.grokfast.models.layers.LayerNorm;
import org.grokfast.models.layers.Linear;
import org.grokfast.models.layers.Parameters;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One block of the decoder: {@code x ← ln_1(x); x ← x + attention(x); x ← x + mlp(ln_2(x))}. The
 * first normalisation replaces the residual stream, as in the reference; the second is an ordinary
 * pre-normalisation.
 */
final class Block {
  /** The width within the perceptron, in widths of the decoder. */
  static final int EXPANSION = 4;

  private static final float INVERSE_SQRT_2 = (float) Math.sqrt(0.5);

  private final Ops tf;
  private final int width;
  private final LayerNorm first;
  private final LayerNorm second;
  private final SelfAttention attention;
  private final Linear expand;
  private final Linear contract;

  Block(Parameters parameters, DecoderShape shape) {
    width = shape.width();
    tf = parameters.tf();
    first = LayerNorm.of(parameters.scope("ln_1"), width);
    second = LayerNorm.of(parameters.scope("ln_2"), width);
    attention = new SelfAttention(parameters.scope("attention"), shape);
    Parameters mlp = parameters.scope("mlp");
    expand = Linear.of(mlp.scope("expand"), width, EXPANSION * width);
    contract = Linear.of(mlp.scope("contract"), EXPANSION * width, width);
  }

  /**
   * All positions.
   *
   * @param x of shape [batch·length, width]
   * @return of the same shape
   */
  Operand<TFloat32> all(Operand<TFloat32> x, int length, LayerListener layers) {
    Operand<TFloat32> normal = first.apply(x);
    return rest(normal, normal, attention.all(normal, length), layers);
  }

  /**
   * The last position only: what the other positions would give is not computed.
   *
   * @param x of shape [batch·length, width]
   * @return of shape [batch, width]
   */
  Operand<TFloat32> last(Operand<TFloat32> x, int length, LayerListener layers) {
    Operand<TFloat32> normal = first.apply(x);
    Operand<TFloat32> query = lastPosition(normal, length);
    return rest(normal, query, attention.last(query, normal, length), layers);
  }

  private Operand<TFloat32> rest(
      Operand<TFloat32> normal,
      Operand<TFloat32> stream,
      Operand<TFloat32> attended,
      LayerListener layers) {
    layers.onLayer("ln_1", normal);
    layers.onLayer("attention/out_projection", attended);
    Operand<TFloat32> x = tf.math.add(stream, attended);
    Operand<TFloat32> second = this.second.apply(x);
    Operand<TFloat32> hidden = gelu(expand.apply(second));
    Operand<TFloat32> contracted = contract.apply(hidden);
    Operand<TFloat32> output = tf.math.add(x, contracted);
    layers.onLayer("ln_2", second);
    layers.onLayer("mlp/expand", hidden);
    layers.onLayer("mlp/contract", contracted);
    layers.onLayer("", output);
    return output;
  }

  private Operand<TFloat32> lastPosition(Operand<TFloat32> x, int length) {
    Operand<TFloat32> sequences = tf.reshape(x, tf.array(-1, length, width));
    Operand<TFloat32> last =
        tf.slice(sequences, tf.array(0, length - 1, 0), tf.array(-1, 1, width));
    return tf.reshape(last, tf.array(-1, width));
  }

  /** The exact form, x·(1 + erf(x/√2))/2. */
  private Operand<TFloat32> gelu(Operand<TFloat32> x) {
    Operand<TFloat32> half = tf.constant(0.5f);
    Operand<TFloat32> erf = tf.math.erf(tf.math.mul(x, tf.constant(INVERSE_SQRT_2)));
    return tf.math.mul(x, tf.math.add(tf.math.mul(erf, half), half));
  }
}
