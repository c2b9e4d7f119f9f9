package org.grokfast.tools.verify.onnx;

import java.util.List;
import java.util.Map;
import org.grokfast.onnx.find.FilteredGradient;

/**
 * What the child process does; made before ONNX Runtime sees the models.
 *
 * @param artifacts whether folders of artifacts are compared rather than models
 * @param run how to run them
 * @param inputs what is fed in every step, in the model's order
 * @param parameters the parameters, with the number of their elements' type and their shapes; they
 *     start at random values, everything else that is carried at zero
 * @param updates outputs by the inputs that they are carried to
 * @param gradients what is compared
 * @param lambs the states to set to zero for the comparison of weights; none where lamb is a
 *     constant of the graph
 * @param comparesWeights whether weights are compared, with lamb at zero
 * @param carried what else is carried, by its inputs
 * @param proof what is proved; null for nothing
 */
record OnnxPlan(
    boolean artifacts,
    Run run,
    List<StepInput> inputs,
    List<StepInput> parameters,
    Map<String, String> updates,
    List<FilteredGradient> gradients,
    List<String> lambs,
    boolean comparesWeights,
    List<StepInput> carried,
    ProofPlan proof) {

  /** The same plan with a proof. */
  OnnxPlan with(ProofPlan wanted) {
    return new OnnxPlan(
        artifacts,
        run,
        inputs,
        parameters,
        updates,
        gradients,
        lambs,
        comparesWeights,
        carried,
        wanted);
  }

  /**
   * How to run.
   *
   * @param steps the number of steps
   * @param tolerance the largest relative difference that passes
   * @param seed of random values
   * @param intRange integers are drawn from 0 to this, exclusive
   * @param feedsFile a file with inputs, or null
   */
  record Run(int steps, double tolerance, long seed, int intRange, String feedsFile) {}
}
