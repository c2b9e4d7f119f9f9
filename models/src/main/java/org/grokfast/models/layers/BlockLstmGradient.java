package org.grokfast.models.layers;

import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.BlockLSTM;
import org.tensorflow.op.nn.BlockLSTMGrad;
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

  /** Registers the gradient, unless that has been done. */
  static void register() {
    // Loading this class does it.
  }

  /**
   * Called back while the graph is locked: asking an operand for its shape here never returns.
   *
   * @param outputs the gradients of the seven outputs; zeros where nothing depends on one
   */
  private static List<Operand<?>> of(Ops tf, GraphOperation operation, List<Output<?>> outputs) {
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
  private static Output<TNumber> typed(Output<?> output) {
    return (Output<TNumber>) output;
  }
}
