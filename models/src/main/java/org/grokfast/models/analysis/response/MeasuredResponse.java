package org.grokfast.models.analysis.response;

import java.util.Arrays;
import org.grokfast.Grokfast;
import org.grokfast.filter.GradientFilter;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.hipparchus.complex.Complex;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.framework.optimizers.GradientDescent;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/**
 * The frequency response of a graph that was wrapped, measured and not computed: a variable is
 * trained with rate 1 by a gradient that is fed. After zeros for as long as the filter takes to
 * start, one gradient is 1, and the answer of each step afterwards is how far the variable moved.
 * The response is the Fourier sum of that answer.
 */
public final class MeasuredResponse implements FrequencyResponse {
  /** How far an answer to twice the impulse may be from twice the answer. */
  private static final double NONLINEAR = 1e-4;

  private final double[] impulse;

  private MeasuredResponse(double[] impulse) {
    this.impulse = impulse;
  }

  /**
   * Measures a filter in a graph of its own, on one thread.
   *
   * @param filter what to wrap with
   * @param quiet how many steps with gradient 0 come first; at least the filter's warm-up
   * @param steps how many steps are measured; what the filter adds later is taken for 0
   * @throws IllegalArgumentException if the filter's answer isn't linear, as that of a filter that
   *     normalises, or the answer hasn't died away by the last step
   */
  public static MeasuredResponse of(GradientFilter filter, int quiet, int steps) {
    double[] once = answer(filter, quiet, steps, 1);
    double[] twice = answer(filter, quiet, steps, 2);
    for (int i = 0; i < steps; i++) {
      if (!(Math.abs(twice[i] - 2 * once[i]) <= NONLINEAR)) {
        throw new IllegalArgumentException(
            filter.describe()
                + " has no frequency response: in step "
                + i
                + " it answers with "
                + once[i]
                + " to 1 and with "
                + twice[i]
                + " to 2; expected a linear filter");
      }
    }
    double rest = Math.abs(once[steps - 1]);
    if (rest * steps > 1e-3) {
      throw new IllegalArgumentException(
          filter.describe()
              + " still answers with "
              + rest
              + " after "
              + steps
              + " steps; measure more steps");
    }
    return new MeasuredResponse(once);
  }

  private static double[] answer(GradientFilter filter, int quiet, int steps, float height) {
    ConfigProto config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(1)
            .setInterOpParallelismThreads(1)
            .build();
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> gradient =
          tf.withName("gradient").placeholder(TFloat32.class, Placeholder.shape(Shape.of(1)));
      Variable<TFloat32> weight = tf.withName("weight").variable(Shape.of(1), TFloat32.class);
      tf.withInitScope().withName("weight_initialize").assign(weight, tf.constant(new float[1]));
      Operand<TFloat32> read = tf.identity(weight);
      Operand<TFloat32> loss = tf.sum(tf.math.mul(read, gradient), tf.constant(0));
      Op train = new GradientDescent(graph, 1f).minimize(loss);
      WrappedGraph wrapped = Grokfast.wrap(graph, train, filter);
      Op reset = tf.withName("reset").assign(weight, tf.constant(new float[1]));
      double[] moved = new double[steps];
      try (Session session = new Session(graph, config)) {
        session.initialize();
        for (int step = -quiet; step < steps; step++) {
          // From zero in every step, so that no digits are lost to where the variable stands.
          session.runner().addTarget(reset).run().close();
          try (Tensor value = TFloat32.vectorOf(step == 0 ? height : 0)) {
            session.runner().feed(gradient, value).addTarget(wrapped.trainOp()).run().close();
          }
          try (Result result = session.runner().fetch(weight).run()) {
            if (step >= 0) {
              moved[step] = -((TFloat32) result.get(0)).getFloat(0);
            }
          }
        }
      }
      return moved;
    }
  }

  /** The answer to an impulse, step by step. */
  public double[] impulse() {
    return Arrays.copyOf(impulse, impulse.length);
  }

  @Override
  public Complex at(double omega) {
    double real = 0;
    double imaginary = 0;
    for (int t = 0; t < impulse.length; t++) {
      real += impulse[t] * Math.cos(omega * t);
      imaginary -= impulse[t] * Math.sin(omega * t);
    }
    return new Complex(real, imaginary);
  }
}
