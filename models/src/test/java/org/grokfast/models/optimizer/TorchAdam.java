package org.grokfast.models.optimizer;

/** {@code torch.optim.Adam} and {@code AdamW} on arrays of float64, written from their formulas. */
final class TorchAdam {
  private final AdamOptions options;
  private final boolean decoupled;
  private final double[] first;
  private final double[] second;
  private final double[] weights;
  private int updates;

  TorchAdam(double[] weights, AdamOptions options, boolean decoupled) {
    this.weights = weights.clone();
    this.options = options;
    this.decoupled = decoupled;
    first = new double[weights.length];
    second = new double[weights.length];
  }

  double[] step(double[] gradient) {
    double rate = options.learningRate();
    if (options.warmupSteps() > 0 && updates <= options.warmupSteps()) {
      rate *= (double) updates / options.warmupSteps();
    }
    updates++;
    double firstCorrection = 1 - Math.pow(options.beta1(), updates);
    double secondCorrection = 1 - Math.pow(options.beta2(), updates);
    for (int i = 0; i < weights.length; i++) {
      double g = gradient[i];
      if (decoupled) {
        weights[i] *= 1 - rate * options.weightDecay();
      } else {
        g += options.weightDecay() * weights[i];
      }
      first[i] = options.beta1() * first[i] + (1 - options.beta1()) * g;
      second[i] = options.beta2() * second[i] + (1 - options.beta2()) * g * g;
      double denominator = Math.sqrt(second[i]) / Math.sqrt(secondCorrection) + options.epsilon();
      weights[i] -= rate / firstCorrection * first[i] / denominator;
    }
    return weights.clone();
  }
}
