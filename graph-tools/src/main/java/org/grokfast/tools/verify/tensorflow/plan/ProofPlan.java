package org.grokfast.tools.verify.tensorflow.plan;

import java.util.List;
import java.util.Map;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.tensorflow.proof.GradientSource;

/**
 * What is tried to prove that filters stand on gradients.
 *
 * @param losses the tensors of the main graph that may be what the gradients come from; those that
 *     turn out to be no scalars are left out
 * @param named whether the user has named the loss, the only one then
 * @param running whether to compute some of them a training step runs
 * @param narrowest the narrowest format that the losses are computed in
 * @param sources what each filtered tensor is made from
 * @param shown what losses in functions are called, by the tensors that read them
 */
public record ProofPlan(
    List<String> losses,
    boolean named,
    boolean running,
    Precision narrowest,
    List<GradientSource> sources,
    Map<String, String> shown) {

  /** What messages call a loss. */
  public String shown(String loss) {
    return shown.getOrDefault(loss, loss);
  }

  /** What is known of a filtered tensor. */
  public GradientSource of(String filtered) {
    return sources.stream()
        .filter(source -> source.filtered().equals(filtered))
        .findFirst()
        .orElseGet(() -> new GradientSource(filtered, List.of(), false));
  }
}
