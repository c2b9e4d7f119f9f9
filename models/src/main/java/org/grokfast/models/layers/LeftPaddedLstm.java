package org.grokfast.models.layers;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
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
    this.embedding = embedding;
    this.layers = List.copyOf(layers);
  }

  /**
   * Runs over the sequences. A 0 after a sequence's first token is a token like all others.
   *
   * @param tokens of shape [batch, steps]
   * @param steps how many there are; ≥ 1
   * @return of shape [batch, width of the last layer]
   */
  public Operand<TFloat32> lastHidden(Operand<TInt32> tokens, int steps) {
    Operand<TInt32> lengths = lengths(tokens);
    Operand<TInt32> batch = tf.size(lengths);
    TopK<TInt32, TInt32> longestFirst = tf.nn.topK(lengths, batch, TInt32.class);
    Operand<TInt32> sorted = tf.gather(tokens, longestFirst.indices(), tf.constant(0));

    List<Lstm.State> states = new ArrayList<>();
    layers.forEach(layer -> states.add(layer.start()));
    Operand<TInt32> running = tf.constant(0);
    int left = steps;
    for (int start : STARTS) {
      if (start >= steps) {
        continue;
      }
      Operand<TInt32> longer = count(tf.math.greater(lengths, tf.constant(start)));
      Operand<TInt32> block = block(sorted, longer, steps - left, left - start);
      Operand<TInt32> from = orPadding(longer, running);
      Operand<TFloat32> x = tf.gather(embedding, block, tf.constant(0));
      for (int i = 0; i < layers.size(); i++) {
        Lstm.Result result = layers.get(i).apply(x, left - start, states.get(i).rows(tf, from));
        states.set(i, result.last());
        x = result.hidden();
      }
      running = longer;
      left = start;
    }
    Operand<TInt32> rows =
        tf.math.minimum(tf.math.invertPermutation(longestFirst.indices()), running);
    return states.get(states.size() - 1).rows(tf, rows).hidden();
  }

  /** How many tokens each sequence has, from its first that isn't padding. */
  private Operand<TInt32> lengths(Operand<TInt32> tokens) {
    Operand<TInt32> present =
        tf.dtypes.cast(tf.math.notEqual(tokens, tf.constant(0)), TInt32.class);
    Operand<TInt32> before = tf.math.cumsum(present, tf.constant(1));
    Operand<TInt32> begun = tf.dtypes.cast(tf.math.greater(before, tf.constant(0)), TInt32.class);
    return tf.sum(begun, tf.constant(1));
  }

  private Operand<TInt32> count(Operand<TBool> condition) {
    return tf.sum(tf.dtypes.cast(condition, TInt32.class), tf.constant(0));
  }

  /**
   * Some steps of the longest sequences and, as the last one, of padding: [steps, sequences + 1].
   */
  private Operand<TInt32> block(
      Operand<TInt32> sorted, Operand<TInt32> sequences, int first, int steps) {
    Operand<TInt32> part =
        tf.slice(
            sorted,
            tf.constant(new int[] {0, first}),
            tf.stack(List.of(sequences, tf.constant(steps))));
    Operand<TInt32> padding = tf.zeros(tf.constant(new int[] {1, steps}), TInt32.class);
    return tf.linalg.transpose(
        tf.concat(List.of(part, padding), tf.constant(0)), tf.constant(new int[] {1, 0}));
  }

  /**
   * For each of {@code sequences + 1} rows the one that it continues: itself, or the row of padding
   * if it isn't among those that ran.
   */
  private Operand<TInt32> orPadding(Operand<TInt32> sequences, Operand<TInt32> running) {
    Operand<TInt32> rows =
        tf.range(tf.constant(0), tf.math.add(sequences, tf.constant(1)), tf.constant(1));
    return tf.math.minimum(rows, running);
  }
}
