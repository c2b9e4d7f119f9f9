package org.grokfast.tools.verify.tensorflow.plan;

import java.util.List;
import org.grokfast.filter.algebra.Precision;

/**
 * What is tried to prove that filters stand on gradients.
 *
 * @param losses the tensors of the main graph that may be what the gradients come from; those that
 *     turn out to be no scalars are left out
 * @param named whether the user has named the loss, the only one then
 * @param running whether to compute some of them a training step runs
 * @param narrowest the narrowest format that the losses are computed in
 * @param sources what each filtered tensor is made from
 */
public record ProofPlan(
    List<String> losses,
    boolean named,
    boolean running,
    Precision narrowest,
    List<Source> sources) {

  /**
   * What a filtered tensor is made from.
   *
   * @param filtered the tensor that leaves the filter
   * @param tensors the tensors behind it, nearest first; none where they can't be fetched
   * @param clipped whether something that clips norms is among what makes it
   */
  public record Source(String filtered, List<Made> tensors, boolean clipped) {}

  /**
   * A tensor that a filtered one is made from.
   *
   * @param name the tensor
   * @param between the nodes between the two
   * @param harmless whether they leave a gradient what it is, up to a scale and clipping
   */
  public record Made(String name, String between, boolean harmless) {}

  /** What is known of a filtered tensor. */
  public Source of(String filtered) {
    return sources.stream()
        .filter(source -> source.filtered().equals(filtered))
        .findFirst()
        .orElseGet(() -> new Source(filtered, List.of(), false));
  }
}
