package org.grokfast.models.layers;

import java.util.List;
import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.op.nn.BlockLSTM;
import org.tensorflow.op.nn.BlockLSTMGrad;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * The gradient of {@code BlockLSTMV2}, which TensorFlow has a kernel for but registers in Python
 * alone. It is registered once for the whole process.
 *
 * <p>TensorFlow Java can't register gradients on Windows: there a graph with an LSTM runs, but
 * {@code Graph.addGradients} says that the operation has none.
 */
final class BlockLstmGradient {
  /** The place of the cell states among the operation's outputs. */
  private static final int CELLS = 1;

  /** The place of the hidden states among the operation's outputs. */
  private static final int HIDDEN = 6;

  static {
    try {
      TensorFlow.registerCustomGradient(BlockLSTM.OP_NAME, BlockLstmGradient::of);
    } catch (UnsupportedOperationException e) {
      // Windows; what runs the model alone doesn't need it.
    }
  }

  private BlockLstmGradient() {}

  /**
   * Registers the gradient, unless that has been done, and prepares a graph for it.
   *
   * @param graph in which the operation will be differentiated
   */
  static void register(ExecutionEnvironment graph) {
    BackwardLoop.attach(graph);
  }

  /**
   * Called back while the graph is locked: asking an operand for its shape here never returns.
   *
   * @param outputs the gradients of the seven outputs; zeros where nothing depends on one
   */
  private static List<Operand<?>> of(Ops tf, GraphOperation operation, List<Output<?>> outputs) {
    BlockLSTM.Inputs<TNumber> inputs = new BlockLSTM.Inputs<>(operation);
    boolean plain = inputs.T == DataType.DT_FLOAT && !inputs.usePeephole;
    return plain && BackwardLoop.isAttached(tf.scope().env())
        ? byLoop(tf, operation, outputs)
        : byKernel(tf, operation, outputs);
  }

  /** The gradient as {@link BackwardLoop} and products of matrices over all steps. */
  private static List<Operand<?>> byLoop(
      Ops tf, GraphOperation operation, List<Output<?>> outputs) {
    BlockLSTM.Inputs<TFloat32> inputs = new BlockLSTM.Inputs<>(operation);
    BlockLSTM<TFloat32> forward = new BlockLSTM<>(operation);
    Operand<TInt32> zero = tf.constant(0);
    Operand<TInt32> one = tf.constant(1);
    Operand<TInt32> columns = tf.constant(2);
    Operand<TFloat32> cellsBefore = before(tf, inputs.csPrev, forward.cs());
    Operand<TFloat32> hiddenBefore = before(tf, inputs.hPrev, forward.h());
    BackwardLoop.Factors factors =
        new BackwardLoop.Factors(
            typed(outputs.get(HIDDEN)),
            typed(outputs.get(CELLS)),
            tf.math.tanhGrad(forward.co(), forward.o()),
            forward.f(),
            tf.math.sigmoidGrad(forward.i(), forward.ci()),
            tf.math.sigmoidGrad(forward.f(), cellsBefore),
            tf.math.tanhGrad(forward.ci(), forward.i()),
            tf.math.sigmoidGrad(forward.o(), forward.co()));

    Operand<TInt32> size = tf.shape(inputs.x);
    Operand<TInt32> all = tf.gather(size, zero, zero);
    Operand<TInt32> features = tf.gather(size, columns, zero);
    Operand<TInt32> steps = tf.dtypes.cast(inputs.seqLenMax, TInt32.class);
    Operand<TFloat32> recurrent =
        tf.slice(inputs.w, tf.stack(List.of(features, zero)), tf.constant(new int[] {-1, -1}));
    BackwardLoop.Gradient gradient =
        BackwardLoop.of(tf, steps, all, inputs.csPrev, factors, recurrent);

    Operand<TFloat32> gates = rows(tf, gradient.gates());
    Operand<TFloat32> entering =
        tf.concat(List.of(rows(tf, inputs.x), rows(tf, hiddenBefore)), one);
    Operand<TFloat32> weights =
        tf.slice(
            inputs.w, tf.constant(new int[] {0, 0}), tf.stack(List.of(features, tf.constant(-1))));
    Operand<TFloat32> x =
        tf.reshape(tf.linalg.matMul(gates, weights, MatMul.transposeB(true)), size);
    Operand<TFloat32> noPeephole = tf.zerosLike(inputs.wci);
    return List.of(
        tf.constant(0L),
        x,
        gradient.cell(),
        gradient.hidden(),
        tf.linalg.matMul(entering, gates, MatMul.transposeA(true)),
        noPeephole,
        noPeephole,
        noPeephole,
        tf.sum(gates, zero));
  }

  /** The states before every step, from the first and those after every step. */
  private static Operand<TFloat32> before(
      Ops tf, Operand<TFloat32> first, Operand<TFloat32> after) {
    Operand<TInt32> zero = tf.constant(0);
    Operand<TFloat32> all = tf.concat(List.of(tf.expandDims(first, zero), after), zero);
    return tf.slice(all, tf.constant(new int[] {0, 0, 0}), tf.shape(after));
  }

  /** Of shape [steps · batch, width]. */
  private static Operand<TFloat32> rows(Ops tf, Operand<TFloat32> states) {
    Operand<TInt32> width = tf.gather(tf.shape(states), tf.constant(2), tf.constant(0));
    return tf.reshape(states, tf.stack(List.of(tf.constant(-1), width)));
  }

  /** The gradient as TensorFlow's kernel for it computes it. */
  private static List<Operand<?>> byKernel(
      Ops tf, GraphOperation operation, List<Output<?>> outputs) {
    BlockLSTM.Inputs<TNumber> inputs = new BlockLSTM.Inputs<>(operation);
    BlockLSTM<TNumber> forward = new BlockLSTM<>(operation);
    BlockLSTMGrad<TNumber> gradient =
        BlockLSTMGrad.create(
            tf.scope(),
            inputs.seqLenMax,
            inputs.x,
            inputs.csPrev,
            inputs.hPrev,
            inputs.w,
            inputs.wci,
            inputs.wcf,
            inputs.wco,
            inputs.b,
            forward.i(),
            forward.cs(),
            forward.f(),
            forward.o(),
            forward.ci(),
            forward.co(),
            forward.h(),
            typed(outputs.get(CELLS)),
            typed(outputs.get(HIDDEN)),
            inputs.usePeephole);
    // The sequence's length has no gradient; TensorFlow Java 1.0 takes no null for that.
    return List.of(
        tf.constant(0L),
        gradient.xGrad(),
        gradient.csPrevGrad(),
        gradient.hPrevGrad(),
        gradient.wGrad(),
        gradient.wciGrad(),
        gradient.wcfGrad(),
        gradient.wcoGrad(),
        gradient.bGrad());
  }

  /** All floating inputs and outputs of the operation have one type. */
  @SuppressWarnings("unchecked")
  private static <T extends TNumber> Output<T> typed(Output<?> output) {
    return (Output<T>) output;
  }
}
