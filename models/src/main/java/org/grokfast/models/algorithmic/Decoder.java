package org.grokfast.models.algorithmic;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.models.layers.LayerListener;
import org.grokfast.models.layers.LayerNorm;
import org.grokfast.models.layers.Linear;
import org.grokfast.models.layers.Parameters;
import org.grokfast.models.random.TorchRandom;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The decoder-only transformer of the reference (GitHub ironjr/grokfast, commit 93b2248, {@code
 * main.py}): learned token and position embeddings, causal blocks, a final layer normalisation and
 * a head without bias; no dropout. With {@link DecoderShape#reference} and 99 tokens it has 422,784
 * parameters.
 */
public final class Decoder {
  private final Ops tf;
  private final DecoderShape shape;
  private final Parameters parameters;
  private final Operand<TFloat32> tokens;
  private final Operand<TFloat32> positions;
  private final List<Block> blocks = new ArrayList<>();
  private final LayerNorm last;
  private final Linear head;

  /**
   * Adds the parameters to the graph of {@code tf}. They take the draws from {@code random} that
   * the reference's constructor takes from PyTorch's generator.
   */
  public Decoder(Ops tf, DecoderShape shape, TorchRandom random) {
    this.tf = tf;
    this.shape = shape;
    this.parameters = Parameters.of(tf, DecoderValues.draw(shape, random));
    int width = shape.width();
    tokens = parameters.scope("token_embeddings").drawn("weight", Shape.of(shape.tokens(), width));
    positions =
        parameters.scope("position_embeddings").drawn("weight", Shape.of(shape.positions(), width));
    Parameters layers = parameters.scope("layers");
    for (int i = 0; i < shape.blocks(); i++) {
      blocks.add(new Block(layers.scope(Integer.toString(i)), shape));
    }
    last = LayerNorm.of(parameters.scope("ln_f"), width);
    head = Linear.withoutBias(parameters.scope("head"), width, shape.tokens());
  }

  /** How many trainable numbers the decoder has. */
  public long parameterCount() {
    return parameters.elements();
  }

  /**
   * What follows the last position.
   *
   * @param input token classes, of shape [batch, length]
   * @param length the length of the sequences; 1 to {@link DecoderShape#positions()}
   * @return logits of shape [batch, tokens]
   */
  public Operand<TFloat32> lastLogits(Operand<TInt32> input, int length) {
    return lastLogits(input, length, LayerListener.NONE);
  }

  /**
   * The same.
   *
   * @param layers told what every layer gives
   */
  Operand<TFloat32> lastLogits(Operand<TInt32> input, int length, LayerListener layers) {
    return lastLogitsOf(embed(input, length), length, layers);
  }

  /**
   * What follows the last position of inputs with noise. A token is the product of its one-hot
   * vector and the matrix of embeddings, so that the noise is multiplied by that as well.
   *
   * @param input token classes, of shape [batch, length]
   * @param noise added to their one-hot vectors, of shape [batch, length, tokens]
   * @param length the length of the sequences; 1 to {@link DecoderShape#positions()}
   * @return logits of shape [batch, tokens]
   */
  Operand<TFloat32> lastLogits(Operand<TInt32> input, Operand<TFloat32> noise, int length) {
    Operand<TFloat32> embedded =
        tf.linalg.matMul(tf.reshape(noise, tf.array(-1, shape.tokens())), tokens);
    return lastLogitsOf(tf.math.add(embed(input, length), embedded), length, LayerListener.NONE);
  }

  private Operand<TFloat32> lastLogitsOf(
      Operand<TFloat32> embedded, int length, LayerListener layers) {
    Operand<TFloat32> x = embedded;
    int end = blocks.size() - 1;
    for (int i = 0; i < end; i++) {
      x = blocks.get(i).all(x, length, layers.below("layers/" + i));
    }
    x = last.apply(blocks.get(end).last(x, length, layers.below("layers/" + end)));
    layers.onLayer("ln_f", x);
    Operand<TFloat32> logits = head.apply(x);
    layers.onLayer("head", logits);
    return logits;
  }

  /**
   * What follows each position.
   *
   * @param input token classes, of shape [batch, length]
   * @param length the length of the sequences; 1 to {@link DecoderShape#positions()}
   * @return logits of shape [batch, length, tokens]
   */
  public Operand<TFloat32> logits(Operand<TInt32> input, int length) {
    Operand<TFloat32> x = embed(input, length);
    for (Block block : blocks) {
      x = block.all(x, length, LayerListener.NONE);
    }
    return tf.reshape(head.apply(last.apply(x)), tf.array(-1, length, shape.tokens()));
  }

  private Operand<TFloat32> embed(Operand<TInt32> input, int length) {
    int width = shape.width();
    Operand<TFloat32> token = tf.gather(tokens, input, tf.constant(0));
    Operand<TFloat32> position = tf.slice(positions, tf.array(0, 0), tf.array(length, width));
    return tf.reshape(tf.math.add(token, position), tf.array(-1, width));
  }
}
