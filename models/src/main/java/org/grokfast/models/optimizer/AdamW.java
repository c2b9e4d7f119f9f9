package org.grokfast.models.optimizer;

import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TType;

/**
 * Adam with decoupled decay, as {@code torch.optim.AdamW}: θ ← θ·(1 − rate·decay) before the Adam
 * update, with the rate of the schedule (Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm
 * 2). The gradient input of {@code ApplyAdam} is the gradient alone, whatever the decay.
 */
public class AdamW extends AdamBase {

  /** An optimizer for the graph. */
  public AdamW(Graph graph, AdamOptions options) {
    this(graph, "AdamW", options);
  }

  AdamW(Graph graph, String name, AdamOptions options) {
    super(graph, name, options);
  }

  @Override
  protected <T extends TType> Op applyDense(Ops deps, Output<T> gradient, Output<T> variable) {
    if (options().weightDecay() == 0) {
      return applyAdam(deps, gradient, variable);
    }
    Operand<TFloat64> keep =
        tf.math.sub(
            tf.constant(1.0), tf.math.mul(learningRate(), tf.constant(options().weightDecay())));
    Operand<T> shrunk =
        tf.withName("decay")
            .math
            .mul(deps.identity(variable), tf.dtypes.cast(keep, gradient.type()));
    Op decayed = tf.withName("decay_assign").assign(variable, shrunk);
    return applyAdam(deps.withControlDependencies(List.of(decayed)), gradient, variable);
  }

  @Override
  public String getOptimizerName() {
    return "AdamW";
  }
}
