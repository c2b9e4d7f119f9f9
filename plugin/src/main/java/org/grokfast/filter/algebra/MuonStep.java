package org.grokfast.filter.algebra;

import java.util.List;

/**
 * A step of Muon (K. Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks")
 * without its decay, as {@code torch.optim.Muon} with its defaults:
 *
 * <pre>
 *   m ← momentum·m + (1 − momentum)·g
 *   what is subtracted: rate·s·orth(momentum·m + (1 − momentum)·g)
 * </pre>
 *
 * {@code orth} is {@link NewtonSchulz}; s = √max(1, outputs/inputs), where a matrix has the shape
 * [inputs, outputs], the transpose of torch's.
 */
public final class MuonStep {
  private MuonStep() {}

  /**
   * The step.
   *
   * @param ops the algebra of a variable of two dimensions
   * @param rate the learning rate
   * @param momentum how much of the average of the gradients is kept; in [0, 1)
   * @param gradient of the variable's shape
   * @param average m, as it was; zeros before the first step
   * @return what is subtracted from the variable, and m from now on
   */
  public static <S, T> FilterStep<T> of(
      FilterOps<S, T> ops, S rate, double momentum, T gradient, T average) {
    S keep = ops.constant(momentum);
    T fresh = ops.scale(ops.constant(1 - momentum), gradient);
    T next = ops.plus(ops.scale(keep, average), fresh);
    T ahead = ops.plus(ops.scale(keep, next), fresh);
    S factor = ops.multiply(rate, ops.constant(shapeFactor(ops.shape())));
    return new FilterStep<>(ops.scale(factor, NewtonSchulz.orthogonal(ops, ahead)), List.of(next));
  }

  private static double shapeFactor(List<Long> shape) {
    return Math.sqrt(Math.max(1, (double) shape.get(1) / shape.get(0)));
  }
}
