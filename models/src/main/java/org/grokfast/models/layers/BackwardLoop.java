package org.grokfast.models.layers;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Empty;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.StatelessWhile;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * What can't be computed for all steps at once in the gradient of an LSTM: the loop from the last
 * step to the first.
 *
 * <p>With the loss's gradients dh and dc by hidden state and cell, each the sum of what comes from
 * outside and from the step after, and with the step's factors (see {@link Factors}), it does
 *
 * <pre>
 *   dc   += dh · cellFromHidden
 *   gates = [dc · input, dc · forget, dc · candidate, dh · output]
 *   dc    = dc · kept                 for the step before
 *   dh    = gates · recurrentᵀ        for the step before
 * </pre>
 *
 * and gives all the gates' gradients (the chain rule on the formulas of {@link Lstm}). What is left
 * of the gradient are a few products of matrices over all steps. TensorFlow's kernel {@code
 * BlockLSTMGradV2} does these step by step as well, which for a batch of 50 reviews takes five
 * times as long: every step goes over all weights and over all of their gradient.
 *
 * <p>A function of a graph can't be added while gradients are being added, since the graph is
 * locked then: {@link #attach} adds these before.
 */
final class BackwardLoop {
  private static final int COLUMNS = 1;

  /** The places of the loop's variables, see {@link Variables}. */
  private static final int CELL = 1;

  private static final int HIDDEN = 2;
  private static final int GATES = 3;

  private static final ConcreteFunction CONDITION = ConcreteFunction.create(BackwardLoop::goesOn);
  private static final ConcreteFunction BODY = ConcreteFunction.create(BackwardLoop::step);

  private static final Set<ExecutionEnvironment> ATTACHED =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private BackwardLoop() {}

  /**
   * What the forward pass says of every step; all of shape [steps, batch, width].
   *
   * @param hidden the gradient by the hidden states, from outside
   * @param cells the gradient by the cells, from outside
   * @param cellFromHidden the derivative of the hidden state by its cell
   * @param kept the derivative of the cell by that before: the forget gate
   * @param input the derivative of the cell by the sum that enters the input gate
   * @param forget the same for the forget gate
   * @param candidate the same for the candidate
   * @param output the derivative of the hidden state by the sum that enters the output gate
   */
  record Factors(
      Operand<TFloat32> hidden,
      Operand<TFloat32> cells,
      Operand<TFloat32> cellFromHidden,
      Operand<TFloat32> kept,
      Operand<TFloat32> input,
      Operand<TFloat32> forget,
      Operand<TFloat32> candidate,
      Operand<TFloat32> output) {
    static final long COUNT = 8;

    /** All of a step side by side, so that the loop looks them up once. */
    private Operand<TFloat32> joined(Ops tf) {
      return tf.concat(
          List.of(hidden, cells, cellFromHidden, kept, input, forget, candidate, output),
          tf.constant(2));
    }

    private static Factors ofStep(List<Output<TFloat32>> parts) {
      return new Factors(
          parts.get(0),
          parts.get(1),
          parts.get(2),
          parts.get(3),
          parts.get(4),
          parts.get(5),
          parts.get(6),
          parts.get(7));
    }
  }

  /**
   * What the loop gives.
   *
   * @param gates the gradients by the sums that enter the gates, of shape [steps, batch, 4·width]
   * @param cell the gradient by the first cell, of shape [batch, width]
   * @param hidden the gradient by the first hidden state, of shape [batch, width]
   */
  record Gradient(Operand<TFloat32> gates, Operand<TFloat32> cell, Operand<TFloat32> hidden) {}

  /** Adds what {@link #of} needs to a graph. */
  static void attach(ExecutionEnvironment graph) {
    if (ATTACHED.add(graph)) {
      graph.attachFunction(CONDITION);
      graph.attachFunction(BODY);
    }
  }

  /** Whether {@link #of} can be called. */
  static boolean isAttached(ExecutionEnvironment graph) {
    return ATTACHED.contains(graph);
  }

  /**
   * Adds the loop.
   *
   * @param steps how many steps there are; after these the gates' gradients are 0
   * @param all how many steps the factors have
   * @param start of the shape and type of the first state, for the gradient after the last step
   * @param recurrent the weights of the hidden state, of shape [width, 4·width]
   */
  static Gradient of(
      Ops tf,
      Operand<TInt32> steps,
      Operand<TInt32> all,
      Operand<TFloat32> start,
      Factors factors,
      Operand<TFloat32> recurrent) {
    Operand<TFloat32> zeros = tf.zerosLike(start);
    // Written into by the loop; an operation that is never folded to a constant or shared.
    Operand<TFloat32> gates =
        tf.empty(
            tf.concat(
                List.of(
                    tf.reshape(all, tf.constant(new int[] {1})),
                    tf.math.mul(tf.shape(start), tf.constant(new int[] {1, LstmGates.COUNT}))),
                tf.constant(0)),
            TFloat32.class,
            Empty.init(true));
    OperationBuilder loop =
        tf.scope()
            .env()
            .opBuilder(StatelessWhile.OP_NAME, tf.scope().makeOpName("Loop"), tf.scope());
    Output<?>[] variables = {
      tf.math.sub(steps, tf.constant(1)).asOutput(),
      zeros.asOutput(),
      zeros.asOutput(),
      gates.asOutput(),
      factors.joined(tf).asOutput(),
      recurrent.asOutput()
    };
    loop.addInputList(variables);
    // As values: the typed way would attach the functions here.
    loop.setAttr("cond", function(CONDITION)).setAttr("body", function(BODY));
    // Without it every step calls two functions: training the IMDb task takes twice as long.
    loop.setAttr("_lower_using_switch_merge", true);
    Operation operation = loop.build();
    return new Gradient(operation.output(GATES), operation.output(CELL), operation.output(HIDDEN));
  }

  private static AttrValue function(ConcreteFunction function) {
    return AttrValue.newBuilder()
        .setFunc(NameAttrList.newBuilder().setName(function.getDefinedName()))
        .build();
  }

  private static Signature goesOn(Ops tf) {
    Variables variables = new Variables(tf);
    Operand<TBool> result = tf.math.greaterEqual(variables.step, tf.constant(0));
    return variables.signature("lstm_backward_condition").output("goes_on", result).build();
  }

  private static Signature step(Ops tf) {
    Variables now = new Variables(tf);
    Operand<TInt32> columns = tf.constant(COLUMNS);
    Factors factors =
        Factors.ofStep(
            tf.split(columns, tf.gather(now.factors, now.step, tf.constant(0)), Factors.COUNT)
                .output());
    Operand<TFloat32> hidden = tf.math.add(now.hidden, factors.hidden());
    Operand<TFloat32> cell =
        tf.math.add(
            tf.math.add(now.cell, factors.cells()), tf.math.mul(hidden, factors.cellFromHidden()));
    Operand<TFloat32> gates =
        tf.concat(
            List.of(
                tf.math.mul(cell, factors.input()),
                tf.math.mul(cell, factors.forget()),
                tf.math.mul(cell, factors.candidate()),
                tf.math.mul(hidden, factors.output())),
            columns);
    return now.signature("lstm_backward_step")
        .output("step", tf.math.sub(now.step, tf.constant(1)))
        .output("cell", tf.math.mul(cell, factors.kept()))
        .output("hidden", tf.linalg.matMul(gates, now.recurrent, MatMul.transposeB(true)))
        .output(
            "gates",
            tf.inplaceUpdate(
                now.gates,
                tf.expandDims(now.step, tf.constant(0)),
                tf.expandDims(gates, tf.constant(0))))
        .output("factors", tf.identity(now.factors))
        .output("recurrent", tf.identity(now.recurrent))
        .build();
  }

  /** The loop's variables, as both functions take them. */
  private static final class Variables {
    final Placeholder<TInt32> step;
    final Placeholder<TFloat32> cell;
    final Placeholder<TFloat32> hidden;
    final Placeholder<TFloat32> gates;
    final Placeholder<TFloat32> factors;
    final Placeholder<TFloat32> recurrent;

    Variables(Ops tf) {
      step = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
      cell = matrix(tf);
      hidden = matrix(tf);
      gates = sequence(tf);
      factors = sequence(tf);
      recurrent = matrix(tf);
    }

    private static Placeholder<TFloat32> matrix(Ops tf) {
      return tf.placeholder(
          TFloat32.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE, Shape.UNKNOWN_SIZE)));
    }

    private static Placeholder<TFloat32> sequence(Ops tf) {
      long any = Shape.UNKNOWN_SIZE;
      return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(any, any, any)));
    }

    Signature.Builder signature(String name) {
      return Signature.builder(name)
          .input("step", step)
          .input("cell", cell)
          .input("hidden", hidden)
          .input("gates", gates)
          .input("factors", factors)
          .input("recurrent", recurrent);
    }
  }
}
