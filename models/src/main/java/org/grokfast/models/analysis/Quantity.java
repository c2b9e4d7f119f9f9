package org.grokfast.models.analysis;

/** What is measured at a checkpoint, in the order of the files. */
public enum Quantity {
  /** The mean training loss since the validation before, as in the run's metrics. */
  TRAIN_LOSS("trainLoss", "training loss"),
  /** The training accuracy over the same examples, in [0, 1]. */
  TRAIN_ACCURACY("trainAccuracy", "training accuracy"),
  /** The validation loss. */
  VALIDATION_LOSS("validationLoss", "validation loss"),
  /** The validation accuracy, in [0, 1]. */
  VALIDATION_ACCURACY("validationAccuracy", "validation accuracy"),
  /** The loss at the checkpoint over the examples of the analysis. */
  LOSS("loss", "loss at the checkpoint"),
  /** The Euclidean norm of the parameters. */
  WEIGHT_NORM("weightNorm", "weight norm"),
  /** The Euclidean norm of the gradient. */
  GRADIENT_NORM("gradientNorm", "gradient norm"),
  /** The largest eigenvalue of the Hessian, or of a layer's block of it. */
  HESSIAN_MAX("hessianMax", "largest eigenvalue of the Hessian"),
  /** The bound of its error: an eigenvalue is within this distance. */
  HESSIAN_MAX_RESIDUAL("hessianMaxResidual", "residual of the largest eigenvalue"),
  /** The smallest eigenvalue. */
  HESSIAN_MIN("hessianMin", "smallest eigenvalue of the Hessian"),
  /** The largest eigenvalue of the Hessian that Adam's second moment preconditions. */
  PRECONDITIONED_HESSIAN_MAX(
      "preconditionedHessianMax", "largest eigenvalue of the preconditioned Hessian"),
  /** The bound of its error. */
  PRECONDITIONED_HESSIAN_MAX_RESIDUAL(
      "preconditionedHessianMaxResidual", "residual of the preconditioned eigenvalue"),
  /** 2/η. */
  THRESHOLD_GRADIENT_DESCENT("thresholdGradientDescent", "threshold of gradient descent, 2/η"),
  /** (2 + 2β1)/((1 − β1)η). */
  THRESHOLD_ADAM("thresholdAdam", "threshold of Adam"),
  /** The same behind the run's filter. */
  THRESHOLD_FILTERED("thresholdFiltered", "threshold of Adam behind the filter"),
  /** E: the entropy of the output layer's Gram matrix, in nats. */
  ENTROPY("entropy", "matrix entropy"),
  /** PE: the same with noise on the inputs. */
  PERTURBED_ENTROPY("perturbedEntropy", "matrix entropy with noise"),
  /** ED: their absolute difference. */
  ENTROPY_DIFFERENCE("entropyDifference", "entropy difference, ED"),
  /** MI of the input and the output layer, in nats. */
  MUTUAL_INFORMATION("mutualInformation", "mutual information"),
  /** PMI: the same with noise on the inputs. */
  PERTURBED_MUTUAL_INFORMATION("perturbedMutualInformation", "mutual information with noise"),
  /** MID: their absolute difference. */
  MUTUAL_INFORMATION_DIFFERENCE(
      "mutualInformationDifference", "mutual information difference, MID"),
  /** The accuracy over validation examples with noise on the inputs, in [0, 1]. */
  NOISY_ACCURACY("noisyAccuracy", "validation accuracy with noise"),
  /** How often (a, b) and (b, a) get the same answer, in [0, 1]. */
  COMMUTATIVITY("commutativity", "commutativity"),
  /** The mean distance of their logits. */
  COMMUTATIVITY_DISTANCE("commutativityDistance", "distance of the logits of (a, b) and (b, a)"),
  /** How far two mini-batch updates fail to commute, relative to their sizes. */
  COMMUTATOR_DEFECT("commutatorDefect", "commutator defect"),
  /** The share of examples whose right class has the gradient 0, in [0, 1]. */
  SATURATION("saturation", "saturated examples"),
  /** The mean of the matrices' power-law exponents. */
  HEAVY_TAIL_ALPHA("heavyTailAlpha", "heavy-tail exponent α");

  private final String key;
  private final String label;

  Quantity(String key, String label) {
    this.key = key;
    this.label = label;
  }

  /** The name in files. */
  public String key() {
    return key;
  }

  /** The name in pictures. */
  public String label() {
    return label;
  }
}
