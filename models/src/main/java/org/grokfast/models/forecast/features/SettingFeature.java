package org.grokfast.models.forecast.features;

import java.util.function.DoubleUnaryOperator;

/**
 * A number that the run was given.
 *
 * @param name of the feature
 * @param about what it is
 * @param setting the setting's name
 * @param scale of the feature
 */
record SettingFeature(String name, String about, String setting, DoubleUnaryOperator scale)
    implements Feature {

  /** Added to a weight decay, which may be 0, before its logarithm is taken. */
  private static final double LEAST_DECAY = 0.01;

  static SettingFeature learningRate() {
    return new SettingFeature(
        "log-learning-rate",
        "decimal logarithm of the learning rate",
        "learning-rate",
        Math::log10);
  }

  static SettingFeature weightDecay() {
    return new SettingFeature(
        "log-weight-decay",
        "decimal logarithm of the weight decay plus 0.01",
        "weight-decay",
        decay -> Math.log10(decay + LEAST_DECAY));
  }

  static SettingFeature trainFraction() {
    return new SettingFeature(
        "train-fraction", "share of the equations trained on", "train-fraction", x -> x);
  }

  static SettingFeature modulus() {
    return new SettingFeature(
        "log-modulus", "decimal logarithm of the modulus", "prime", Math::log10);
  }

  @Override
  public double of(EarlyRun run) {
    return scale.applyAsDouble(Double.parseDouble(run.settings().get(setting)));
  }
}
