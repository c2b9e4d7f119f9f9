package org.grokfast.models.layers;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.op.nn.BlockLSTM;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * A layer of long short-term memory, as one layer of {@code torch.nn.LSTM}: with the gates i, f, g,
 * o = [x, h]·W + b₁ + b₂, in that order, the cell becomes σ(f)·c + σ(i)·tanh(g) and the hidden
 * state σ(o)·tanh(cell) (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al.
 * 2000). The whole sequence is one operation of TensorFlow, {@code BlockLSTMV2}, and so is its
 * gradient.
 *
 * <p>{@code kernel}, of shape [inputs + width, 4·width], holds PyTorch's {@code weight_ih} above
 * its {@code weight_hh}, both transposed. The two biases always have the same gradient; they are
 * kept apart because an optimizer moves their sum twice as far as one bias, and because both count
 * for the gradients' global norm.
 */
public final class Lstm {
  private final Ops tf;
  private final int width;
  private final Operand<TFloat32> kernel;
  private final Operand<TFloat32> bias;
  private final Operand<TFloat32> noPeephole;

  /**
   * The state between two steps.
   *
   * @param cell of shape [batch, width]
   * @param hidden of shape [batch, width]
   */
  public record State(Operand<TFloat32> cell, Operand<TFloat32> hidden) {

    /**
     * A state whose rows are rows of this one.
     *
     * @param rows their numbers, of shape [new batch]
     */
    public State rows(Ops tf, Operand<TInt32> rows) {
      Operand<TInt32> axis = tf.constant(0);
      return new State(tf.gather(cell, rows, axis), tf.gather(hidden, rows, axis));
    }
  }

  /**
   * What a sequence gives.
   *
   * @param hidden the hidden states after every step, of shape [steps, batch, width]
   * @param last the state after the last step
   */
  public record Result(Operand<TFloat32> hidden, State last) {}

  private Lstm(Parameters parameters, int inputs, int width) {
    this.tf = parameters.tf();
    BlockLstmGradient.register(tf.scope().env());
    this.width = width;
    Shape gates = Shape.of(LstmGates.COUNT * (long) width);
    kernel = parameters.drawn("kernel", Shape.of(inputs + width, LstmGates.COUNT * (long) width));
    bias =
        tf.math.add(parameters.drawn("input_bias", gates), parameters.drawn("hidden_bias", gates));
    noPeephole = tf.zeros(tf.constant(new int[] {width}), TFloat32.class);
  }

  /** A layer whose initial values are those of {@link InitialValues#lstm}. */
  public static Lstm of(Parameters parameters, int inputs, int width) {
    return new Lstm(parameters, inputs, width);
  }

  /** The state before the first step of one sequence: zeros of shape [1, width]. */
  public State start() {
    Operand<TFloat32> zeros = tf.zeros(tf.constant(new int[] {1, width}), TFloat32.class);
    return new State(zeros, zeros);
  }

  /**
   * Runs over sequences of the same length.
   *
   * @param x of shape [steps, batch, inputs]
   * @param steps how many there are; ≥ 1
   * @param start the state before the first step
   */
  public Result apply(Operand<TFloat32> x, int steps, State start) {
    Operand<TInt64> length = tf.constant((long) steps);
    BlockLSTM<TFloat32> lstm =
        tf.nn.blockLSTM(
            length,
            x,
            start.cell(),
            start.hidden(),
            kernel,
            noPeephole,
            noPeephole,
            noPeephole,
            bias,
            BlockLSTM.cellClip(0f));
    return new Result(lstm.h(), new State(last(lstm.cs(), steps), last(lstm.h(), steps)));
  }

  private Operand<TFloat32> last(Operand<TFloat32> states, int steps) {
    Operand<TFloat32> one =
        tf.slice(
            states, tf.constant(new int[] {steps - 1, 0, 0}), tf.constant(new int[] {1, -1, -1}));
    return tf.squeeze(one, Squeeze.axis(List.of(0L)));
  }
}
