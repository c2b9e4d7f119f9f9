package org.grokfast.tools.verify.onnx;

import java.util.List;
import org.grokfast.proof.Judge;

/**
 * What is computed to prove that filters stand on gradients; made before ONNX Runtime sees the
 * models.
 *
 * @param losses the outputs of the proof's model that may be what the gradients come from
 * @param named whether the user has named the loss, the only one then
 * @param certain whether a loss is among the outputs of the original
 * @param random whether nodes draw random numbers, so that each run needs a session of its own
 * @param rounding the relative rounding error of the losses in the original's own formats
 * @param constants inputs that last without being trained: they are random and stay as they are
 * @param sites what is proved
 */
record ProofPlan(
    List<Loss> losses,
    boolean named,
    boolean certain,
    boolean random,
    double rounding,
    List<StepInput> constants,
    List<Site> sites) {

  /**
   * What a gradient may come from.
   *
   * @param tensor its name in the original
   * @param output the output that gives it
   */
  record Loss(String tensor, String output) {}

  /**
   * A filtered tensor.
   *
   * @param variable the parameter that it should be the gradient of
   * @param outputs the outputs that give the tensor and what it is made from, in this order
   * @param tensors the same tensors, for the judge
   * @param clipped whether something that clips norms may be among what makes it
   */
  record Site(String variable, List<String> outputs, List<Judge.Made> tensors, boolean clipped) {}
}
