package org.grokfast.models.analysis.graph;

import java.util.List;
import org.grokfast.models.TrainingException;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.RsqrtGrad;
import org.tensorflow.op.math.SigmoidGrad;
import org.tensorflow.op.math.TanhGrad;
import org.tensorflow.op.nn.BiasAdd;
import org.tensorflow.op.nn.ReluGrad;
import org.tensorflow.types.family.TNumber;

/**
 * Gradients of operations that occur in gradients, which TensorFlow registers in Python alone. They
 * are registered once for the whole process; where TensorFlow has one of its own, that one stays.
 *
 * <p>Called back while the graph is locked: nothing here asks an operand for its shape or type.
 */
final class SecondGradients {

  static {
    register("BiasAddGrad", (tf, in, g) -> List.of(BiasAdd.create(tf.scope(), zero(tf, in), g)));
    register("OnesLike", (tf, in, g) -> List.of(zero(tf, in)));
    register("ZerosLike", (tf, in, g) -> List.of(zero(tf, in)));
    register("RsqrtGrad", SecondGradients::rsqrt);
    register("SigmoidGrad", SecondGradients::sigmoid);
    register("TanhGrad", SecondGradients::tanh);
    register(
        "ReluGrad",
        (tf, in, g) -> List.of(ReluGrad.create(tf.scope(), g, in.get(1)), tf.zerosLike(in.get(1))));
  }

  private SecondGradients() {}

  /** The gradients by an operation's inputs, from the gradient by its output. */
  private interface Rule {
    List<Operand<?>> of(Ops tf, List<Operand<TNumber>> inputs, Operand<TNumber> gradient);
  }

  /** Registers them, unless that has been done. */
  static void register() {
    // The static initializer has done it.
  }

  private static void register(String type, Rule rule) {
    try {
      TensorFlow.registerCustomGradient(
          type,
          (tf, operation, gradients) -> rule.of(tf, inputs(operation), typed(gradients.get(0))));
    } catch (UnsupportedOperationException e) {
      throw new TrainingException(
          "TensorFlow Java can't register gradients on this platform, so there are no products"
              + " with the Hessian; analyze the run on Linux or macOS",
          e);
    }
  }

  private static List<Operand<TNumber>> inputs(GraphOperation operation) {
    return java.util.stream.IntStream.range(0, operation.numInputs())
        .mapToObj(i -> typed(operation.input(i)))
        .toList();
  }

  @SuppressWarnings("unchecked") // only the library's type check at run time depends on it
  private static Operand<TNumber> typed(Operand<?> operand) {
    return (Operand<TNumber>) operand;
  }

  private static Operand<TNumber> zero(Ops tf, List<Operand<TNumber>> inputs) {
    return tf.zerosLike(inputs.get(0));
  }

  /** Of −dy·y³/2: by y −3·dy·y²/2, by dy −y³/2. */
  private static List<Operand<?>> rsqrt(Ops tf, List<Operand<TNumber>> in, Operand<TNumber> g) {
    Operand<TNumber> y = in.get(0);
    Operand<TNumber> once =
        tf.math.div(RsqrtGrad.create(tf.scope(), y, tf.math.mul(g, in.get(1))), y);
    return List.of(tf.math.add(once, tf.math.add(once, once)), RsqrtGrad.create(tf.scope(), y, g));
  }

  /** Of dy·y·(1 − y): by y dy·(1 − 2y), by dy y·(1 − y). */
  private static List<Operand<?>> sigmoid(Ops tf, List<Operand<TNumber>> in, Operand<TNumber> g) {
    Operand<TNumber> y = in.get(0);
    Operand<TNumber> both = tf.math.mul(g, in.get(1));
    Operand<TNumber> share = tf.math.mul(both, y);
    return List.of(
        tf.math.sub(both, tf.math.add(share, share)), SigmoidGrad.create(tf.scope(), y, g));
  }

  /** Of dy·(1 − y²): by y −2·dy·y, by dy 1 − y². */
  private static List<Operand<?>> tanh(Ops tf, List<Operand<TNumber>> in, Operand<TNumber> g) {
    Operand<TNumber> y = in.get(0);
    Operand<TNumber> share = tf.math.mul(tf.math.mul(g, in.get(1)), y);
    return List.of(tf.math.neg(tf.math.add(share, share)), TanhGrad.create(tf.scope(), y, g));
  }

  /** For the signature of lists of outputs. */
  private static Operand<TNumber> typed(Output<?> output) {
    return typed((Operand<?>) output);
  }
}
