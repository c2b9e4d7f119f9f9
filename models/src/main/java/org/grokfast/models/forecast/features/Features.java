package org.grokfast.models.forecast.features;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All features. A new one is its own file and a line here. */
public final class Features {
  /** In the order of the columns of the study. */
  public static final List<Feature> ALL =
      Stream.concat(curvesAndNumbers().stream(), OperationFeature.ALL.stream()).toList();

  private static List<Feature> curvesAndNumbers() {
    return List.of(
        new LossActivity(),
        new LowFrequencyEnergy(),
        new HighFrequencyEnergy(),
        new LossMobility(),
        new LossComplexity(),
        new LastLoss(),
        new LossLevel(),
        new LossSlope(),
        new MemorizedStep(),
        new TrainAccuracy(),
        new ValidationAccuracy(),
        new ValidationLoss(),
        new ValidationSlope(),
        SettingFeature.learningRate(),
        SettingFeature.weightDecay(),
        SettingFeature.trainFraction(),
        SettingFeature.modulus());
  }

  private Features() {}

  /**
   * The feature of a name.
   *
   * @throws IllegalArgumentException naming the features that there are, if it is none
   */
  public static Feature of(String name) {
    return ALL.stream()
        .filter(feature -> feature.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no feature '"
                        + name
                        + "'; expected one of "
                        + ALL.stream().map(Feature::name).collect(Collectors.joining(", "))));
  }
}
