package org.grokfast.tools.train;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.grokfast.models.training.TrainingResult;

/** The summary of a run for a person. */
record TrainingSummary(TrainingResult result) {
  private static final String NOT_MEASURED = "not measured";

  String text() {
    StringBuilder text = new StringBuilder();
    line(text, "ended", ending());
    if (!Double.isNaN(result.last().validationAccuracy())) {
      line(text, "first crossing", step(result.firstCrossing()));
      line(text, "sustained crossing", step(result.sustainedCrossing()));
    }
    line(
        text,
        "validation",
        figures(result.last().validationAccuracy(), result.last().validationLoss()));
    line(
        text,
        "best validation",
        figures(result.bestValidationAccuracy(), result.lowestValidationLoss()));
    line(text, "training", figures(result.last().trainAccuracy(), result.last().trainLoss()));
    line(text, "time", String.format(Locale.ROOT, "%.1f s, %s", result.seconds(), stepTime()));
    line(text, "peak memory", String.format(Locale.ROOT, "%d MiB", result.peakBytes() >> 20));
    line(text, "parameters", String.format(Locale.ROOT, "%,d", result.parameters()));
    for (String file : List.of("metrics", "png", "svg", "events", "checkpoint")) {
      if (result.files().containsKey(file)) {
        line(text, file, result.files().get(file).toString());
      }
    }
    return text.toString();
  }

  /** A run that was resumed at its end makes no step. */
  private String stepTime() {
    return Double.isNaN(result.medianStepMilliseconds())
        ? "step " + NOT_MEASURED
        : String.format(Locale.ROOT, "%.1f ms a step (median)", result.medianStepMilliseconds());
  }

  /** A regression has no accuracy; a run that ended before its first validation has nothing. */
  private String figures(double accuracy, double loss) {
    if (result.last().step() == 0) {
      return NOT_MEASURED;
    }
    String share =
        Double.isNaN(accuracy)
            ? ""
            : String.format(Locale.ROOT, "accuracy %.2f %%, ", 100 * accuracy);
    return share + String.format(Locale.ROOT, "loss %.4g", loss);
  }

  private String ending() {
    return switch (result.ending()) {
      case SUSTAINED -> "at step " + result.steps() + ": the accuracy has held";
      case STEPS -> "at step " + result.steps() + ": the last one";
      case STOPPED -> "at step " + result.steps() + ": stopped; --resume continues";
    };
  }

  private static String step(OptionalInt step) {
    return step.isPresent() ? "step " + step.getAsInt() : "not reached";
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-18s  %s%n", name, value));
  }
}
