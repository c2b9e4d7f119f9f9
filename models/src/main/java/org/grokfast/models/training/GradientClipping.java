package org.grokfast.models.training;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.framework.optimizers.Optimizer.GradAndVar;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * Scales all gradients so that their global norm is at most a limit, as {@code
 * torch.nn.utils.clip_grad_norm_}: the factor is min(1, limit/(norm + 1e-6)).
 */
final class GradientClipping {
  private static final float MARGIN = 1e-6f;

  private GradientClipping() {}

  static List<GradAndVar<? extends TType>> clip(
      Ops tf, List<GradAndVar<? extends TType>> gradients, double limit) {
    List<Operand<TFloat32>> squares = new ArrayList<>();
    for (GradAndVar<? extends TType> pair : gradients) {
      squares.add(tf.nn.l2Loss(tf.dtypes.cast(pair.getGradient(), TFloat32.class)));
    }
    Operand<TFloat32> norm = tf.math.sqrt(tf.math.mul(tf.math.addN(squares), tf.constant(2f)));
    Operand<TFloat32> factor =
        tf.math.minimum(
            tf.constant(1f),
            tf.math.div(tf.constant((float) limit), tf.math.add(norm, tf.constant(MARGIN))));
    List<GradAndVar<? extends TType>> clipped = new ArrayList<>();
    for (GradAndVar<? extends TType> pair : gradients) {
      clipped.add(scale(tf, pair, factor));
    }
    return clipped;
  }

  private static <T extends TType> GradAndVar<T> scale(
      Ops tf, GradAndVar<T> pair, Operand<TFloat32> factor) {
    Output<T> gradient = pair.getGradient();
    Operand<T> scaled = tf.math.mul(gradient, tf.dtypes.cast(factor, gradient.type()));
    return new GradAndVar<>(scaled.asOutput(), pair.getVariable());
  }
}
