package org.grokfast.tests.forecast;

import java.util.ArrayList;
import java.util.List;

/** What a forecast of the study looks at. */
enum FeatureSet {
  LAST_LOSS("training loss at step 400", List.of("last-loss")),
  NORM_SLOPE("slope of the weight norm", List.of(StudyTable.NORM_SLOPE)),
  SETTINGS(
      "the settings themselves",
      List.of("log-learning-rate", "log-weight-decay", "train-fraction", "log-modulus")),
  VALIDATION("validation accuracy at step 400", List.of("validation-accuracy")),
  ACTIVITY("activity of the training loss", List.of("loss-activity")),
  SPECTRUM(
      "its spectrum and Hjorth parameters",
      List.of(
          "loss-activity",
          "low-frequency-energy",
          "high-frequency-energy",
          "loss-mobility",
          "loss-complexity")),
  TRAINING(
      "the training curves",
      SPECTRUM.and("loss-level", "loss-slope", "memorized-step", "train-accuracy")),
  TRAINING_AND_SETTINGS("the training curves and the settings", TRAINING.and(SETTINGS.features())),
  SETTINGS_AND_OPERATION(
      "the settings and the operation",
      SETTINGS.and(StudySetting.OPERATIONS.stream().map(name -> "operation-" + name).toList())),
  TRAINING_AND_OPERATION(
      "the training curves, the settings and the operation",
      SETTINGS_AND_OPERATION.and(TRAINING.features())),
  ALL(
      "all of these and the validation curves",
      TRAINING_AND_OPERATION.and("validation-accuracy", "validation-loss", "validation-slope"));

  /** The set that is shipped. */
  static final FeatureSet SHIPPED = TRAINING_AND_OPERATION;

  private final String title;

  /** Names with spaces between them: a list would make the constant mutable. */
  private final String features;

  FeatureSet(String title, List<String> features) {
    this.title = title;
    this.features = String.join(" ", features);
  }

  String title() {
    return title;
  }

  List<String> features() {
    return List.of(features.split(" ", -1));
  }

  private List<String> and(String... more) {
    return and(List.of(more));
  }

  private List<String> and(List<String> more) {
    List<String> all = new ArrayList<>(features());
    all.addAll(more);
    return List.copyOf(all);
  }
}
