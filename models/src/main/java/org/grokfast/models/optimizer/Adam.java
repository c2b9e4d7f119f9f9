package org.grokfast.models.optimizer;

import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

/**
 * Adam with coupled L2 decay, as {@code torch.optim.Adam}: the moments see g + decay·θ (Kingma and
 * Ba 2015, arXiv 1412.6980, algorithm 1).
 *
 * <p>The decay is added to the gradient that {@code applyGradients} receives, so a filter around
 * this optimizer does not amplify it. A pass over the finished graph, however, finds the sum at the
 * gradient input of {@code ApplyAdam}; filter through the optimizer when the decay isn't 0.
 */
public final class Adam extends AdamBase {

  /** An optimizer for the graph. */
  public Adam(Graph graph, AdamOptions options) {
    super(graph, "Adam", options);
  }

  @Override
  protected <T extends TType> Op applyDense(Ops deps, Output<T> gradient, Output<T> variable) {
    if (options().weightDecay() == 0) {
      return applyAdam(deps, gradient, variable);
    }
    Operand<T> decay =
        tf.dtypes.cast(tf.constant((float) options().weightDecay()), gradient.type());
    Operand<T> pull = tf.withName("decay").math.mul(deps.identity(variable), decay);
    Operand<T> sum = tf.withName("decayed_gradient").math.add(gradient, pull);
    return applyAdam(deps, sum.asOutput(), variable);
  }

  @Override
  public String getOptimizerName() {
    return "Adam";
  }
}
