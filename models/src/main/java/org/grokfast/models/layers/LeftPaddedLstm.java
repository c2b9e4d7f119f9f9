package org.grokfast.models.layers;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A stack of LSTM layers over sequences of tokens that are padded on the left with token 0, to the
 * hidden state after the last token.
 *
 * <p>All sequences begin with the same padding, so all of them go through the same states until
 * their own first token. These states are computed once, in one more row, instead of once for every
 * sequence:
 *
 * <pre>
 *   0 0 0 0 a b c d         0 0 0 0 0 0 0 0   the row that all of them start from
 *   0 0 0 0 0 0 e f   ==>           a b c d   starts from its state after four steps
 *   0 0 0 0 0 0 0 0                     e f   starts from its state after six
 * </pre>
 *
 * The values and the gradients are those of the plain computation, up to rounding. The work is that
 * of the tokens alone, save that a sequence starts at one of a few fixed places.
 */
public final class LeftPaddedLstm {
  /** How many tokens from the end sequences may start, beside at the beginning. */
  private static final int[] STARTS = {320, 256, 192, 160, 128, 112, 96, 80, 64, 48, 32, 16, 0};

  private final Ops tf;
  private final Operand<TInt32> zero;
  private final Operand<TInt32> one;
  private final Operand<TFloat32> embedding;
  private final List<Lstm> layers;

  /**
   * A stack.
   *
   * @param embedding the tokens' vectors, of shape [tokens, inputs of the first layer]
   * @param layers each takes the hidden states of the one before
   */
  public LeftPaddedLstm(Ops tf, Operand<TFloat32> embedding, List<Lstm> layers) {
    this.tf = tf;
    this.zero = tf.constant(0);
    this.one = tf.constant(1);
    this.embedding = embedding;
    this.layers = List.copyOf(layers);
  }

  /**
   * Runs over the sequences. A 0 after a sequence's first token is a token like all others.
   *
   * @param tokens of shape [batch, steps], below 2²⁴
   * @param steps how many there are; ≥ 1
   * @return of shape [batch, width of the last layer]
   */
  public Operand<TFloat32> lastHidden(Operand<TInt32> tokens, int steps) {
    Operand<TInt32> lengths = lengths(tokens);
    Operand<TInt32> batch = tf.size(lengths);
    TopK<TInt32, TInt32> longestFirst = tf.nn.topK(lengths, batch, TInt32.class);
    Operand<TInt32> sorted = tf.gather(tokens, longestFirst.indices(), zero);

    List<Block> blocks = blocks(sorted, lengths, steps);
    List<Operand<TFloat32>> vectors = vectors(blocks);
    List<Lstm.State> states = new ArrayList<>();
    layers.forEach(layer -> states.add(layer.start()));
    Operand<TInt32> running = zero;
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      Operand<TInt32> rows = tf.math.minimum(tf.range(zero, block.rows(), one), running);
      Operand<TFloat32> x = vectors.get(i);
      for (int j = 0; j < layers.size(); j++) {
        Lstm.Result result = layers.get(j).apply(x, block.steps(), states.get(j).rows(tf, rows));
        states.set(j, result.last());
        x = result.hidden();
      }
      running = block.sequences();
    }
    Operand<TInt32> rows =
        tf.math.minimum(tf.math.invertPermutation(longestFirst.indices()), running);
    return states.get(states.size() - 1).rows(tf, rows).hidden();
  }

  /**
   * Some steps of the longest sequences and, in the last row, of padding.
   *
   * @param steps how many
   * @param sequences of how many sequences, a scalar
   * @param rows one more than these, a scalar
   * @param tokens of shape [steps, rows]
   */
  private record Block(
      int steps, Operand<TInt32> sequences, Operand<TInt32> rows, Operand<TInt32> tokens) {}

  private List<Block> blocks(Operand<TInt32> sorted, Operand<TInt32> lengths, int steps) {
    List<Block> blocks = new ArrayList<>();
    int left = steps;
    for (int start : STARTS) {
      if (start < steps) {
        Operand<TBool> longer = tf.math.greater(lengths, tf.constant(start));
        Operand<TInt32> sequences = tf.sum(tf.dtypes.cast(longer, TInt32.class), zero);
        Operand<TInt32> part =
            tf.slice(
                sorted,
                tf.constant(new int[] {0, steps - left}),
                tf.stack(List.of(sequences, tf.constant(left - start))));
        Operand<TInt32> padding = tf.zeros(tf.constant(new int[] {1, left - start}), TInt32.class);
        Operand<TInt32> tokens = transpose(tf.concat(List.of(part, padding), zero));
        blocks.add(new Block(left - start, sequences, tf.math.add(sequences, one), tokens));
        left = start;
      }
    }
    return blocks;
  }

  /** Through float32, exact below 2²⁴: TensorFlow logs an error for every other type. */
  private Operand<TInt32> transpose(Operand<TInt32> tokens) {
    Operand<TInt32> swapped = tf.constant(new int[] {1, 0});
    return tf.dtypes.cast(
        tf.linalg.transpose(tf.dtypes.cast(tokens, TFloat32.class), swapped), TInt32.class);
  }

  /**
   * The vectors of every block's tokens, looked up at once: the gradient of many look-ups would be
   * added up in an order that differs from graph to graph.
   */
  private List<Operand<TFloat32>> vectors(List<Block> blocks) {
    if (blocks.size() == 1) {
      return List.of(tf.gather(embedding, blocks.get(0).tokens(), zero));
    }
    Operand<TInt32> all = tf.constant(new int[] {-1});
    List<Operand<TInt32>> flat = new ArrayList<>();
    List<Operand<TInt32>> sizes = new ArrayList<>();
    for (Block block : blocks) {
      flat.add(tf.reshape(block.tokens(), all));
      sizes.add(tf.size(block.tokens()));
    }
    Operand<TFloat32> found = tf.gather(embedding, tf.concat(flat, zero), zero);
    List<Output<TFloat32>> parts =
        tf.splitV(found, tf.stack(sizes), zero, (long) blocks.size()).output();
    Operand<TInt32> width =
        tf.slice(tf.shape(found), tf.constant(new int[] {1}), tf.constant(new int[] {1}));
    List<Operand<TFloat32>> vectors = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Operand<TInt32> shape = tf.concat(List.of(tf.shape(blocks.get(i).tokens()), width), zero);
      vectors.add(tf.reshape(parts.get(i), shape));
    }
    return vectors;
  }

  /** How many tokens each sequence has, from its first that isn't padding. */
  private Operand<TInt32> lengths(Operand<TInt32> tokens) {
    Operand<TInt32> present = tf.dtypes.cast(tf.math.notEqual(tokens, zero), TInt32.class);
    Operand<TInt32> before = tf.math.cumsum(present, one);
    Operand<TInt32> begun = tf.dtypes.cast(tf.math.greater(before, zero), TInt32.class);
    return tf.sum(begun, one);
  }
}
