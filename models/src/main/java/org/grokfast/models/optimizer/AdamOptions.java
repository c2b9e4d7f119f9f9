package org.grokfast.models.optimizer;

/**
 * What {@link Adam}, {@link AdamW} and {@link Muon} share. The defaults are the reference's (GitHub
 * ironjr/grokfast, commit 93b2248, {@code main.py}).
 *
 * @param learningRate the rate after the warm-up; ≥ 0
 * @param beta1 how much of the first moment is kept; in [0, 1)
 * @param beta2 how much of the second moment is kept; in [0, 1)
 * @param epsilon what is added to √(second moment), where {@code torch.optim} adds it; ≥ 0
 * @param weightDecay the decay's coefficient; ≥ 0
 * @param warmupSteps the number of steps over which the rate rises from 0; 0 for none
 * @param decay how the rate falls afterwards
 * @param muon what {@link Muon} does with its matrices; the others don't look at it
 */
public record AdamOptions(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    int warmupSteps,
    LearningRateDecay decay,
    MuonOptions muon) {

  /** The reference's options: rate 1e-3, betas 0.9 and 0.98, no decay, 10 steps of warm-up. */
  public static final AdamOptions DEFAULTS = builder().build();

  /**
   * @throws IllegalArgumentException if a value is outside its range
   */
  public AdamOptions {
    OptionRange.requireNonNegative("learning rate", learningRate);
    OptionRange.requireFraction("beta1", beta1);
    OptionRange.requireFraction("beta2", beta2);
    OptionRange.requireNonNegative("epsilon", epsilon);
    OptionRange.requireNonNegative("weight decay", weightDecay);
    if (warmupSteps < 0) {
      throw new IllegalArgumentException("warm-up steps must be >= 0, was " + warmupSteps);
    }
  }

  /** A builder that starts with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts with these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Collects options. */
  public static final class Builder {
    private double learningRate = 1e-3;
    private double beta1 = 0.9;
    private double beta2 = 0.98;
    private double epsilon = 1e-8;
    private double weightDecay;
    private int warmupSteps = 10;
    private LearningRateDecay decay = LearningRateDecay.NONE;
    private MuonOptions muon = MuonOptions.DEFAULTS;

    private Builder() {}

    private Builder(AdamOptions options) {
      learningRate = options.learningRate;
      beta1 = options.beta1;
      beta2 = options.beta2;
      epsilon = options.epsilon;
      weightDecay = options.weightDecay;
      warmupSteps = options.warmupSteps;
      decay = options.decay;
      muon = options.muon;
    }

    /** The rate after the warm-up. */
    public Builder learningRate(double value) {
      learningRate = value;
      return this;
    }

    /** How much of the first and of the second moment is kept. */
    public Builder betas(double first, double second) {
      beta1 = first;
      beta2 = second;
      return this;
    }

    /** What is added to √(second moment). */
    public Builder epsilon(double value) {
      epsilon = value;
      return this;
    }

    /** The decay's coefficient. */
    public Builder weightDecay(double value) {
      weightDecay = value;
      return this;
    }

    /** The number of steps over which the rate rises from 0. */
    public Builder warmupSteps(int value) {
      warmupSteps = value;
      return this;
    }

    /** How the rate falls after the warm-up; not at all by default. */
    public Builder decay(LearningRateDecay value) {
      decay = value;
      return this;
    }

    /** What Muon does with its matrices; without any by default. */
    public Builder muon(MuonOptions value) {
      muon = value;
      return this;
    }

    /** The options. */
    public AdamOptions build() {
      return new AdamOptions(
          learningRate, beta1, beta2, epsilon, weightDecay, warmupSteps, decay, muon);
    }
  }
}
