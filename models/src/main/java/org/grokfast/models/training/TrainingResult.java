package org.grokfast.models.training;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.grokfast.models.training.files.MetricsRow;

/**
 * What a run came to.
 *
 * @param ending why it ended
 * @param steps the number of updates made, those before a resume included
 * @param firstCrossing the step of the first validation at or above the threshold
 * @param sustainedCrossing the step of the first validation from which on none was below the
 *     threshold for as many steps as it has to hold
 * @param seconds the time spent training and validating, that before a resume included
 * @param medianStepMilliseconds the median of an update in this process, without validation; NaN if
 *     there was none
 * @param peakBytes the most memory the process has had
 * @param bestValidationAccuracy the highest; NaN for a regression
 * @param lowestValidationLoss the lowest; NaN if there was no validation
 * @param last the last validation; all NaN if there was none
 * @param parameters how many trainable numbers the model has
 * @param files the files of the run by what they hold: {@code metrics}, {@code png}, {@code svg},
 *     {@code events}, {@code checkpoint}
 */
public record TrainingResult(
    Ending ending,
    int steps,
    OptionalInt firstCrossing,
    OptionalInt sustainedCrossing,
    double seconds,
    double medianStepMilliseconds,
    long peakBytes,
    double bestValidationAccuracy,
    double lowestValidationLoss,
    MetricsRow last,
    long parameters,
    Map<String, Path> files) {

  /** Why a run ends. */
  public enum Ending {
    /** The accuracy held above the threshold for long enough. */
    SUSTAINED,
    /** The last step was made. */
    STEPS,
    /** {@link Trainer#stop()} was called. */
    STOPPED
  }

  /** Takes a copy of the map. */
  public TrainingResult {
    files = Map.copyOf(files);
  }

  /** The result in names and plain values, in a fixed order; null stands for what there isn't. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("ending", ending.name().toLowerCase(Locale.ROOT));
    map.put("steps", steps);
    map.put("firstCrossing", orNull(firstCrossing));
    map.put("sustainedCrossing", orNull(sustainedCrossing));
    map.put("seconds", seconds);
    map.put("medianStepMilliseconds", orNull(medianStepMilliseconds));
    map.put("peakBytes", peakBytes);
    map.put("bestValidationAccuracy", orNull(bestValidationAccuracy));
    map.put("lowestValidationLoss", orNull(lowestValidationLoss));
    map.put("trainLoss", orNull(last.trainLoss()));
    map.put("trainAccuracy", orNull(last.trainAccuracy()));
    map.put("validationLoss", orNull(last.validationLoss()));
    map.put("validationAccuracy", orNull(last.validationAccuracy()));
    map.put("parameters", parameters);
    Map<String, String> paths = new TreeMap<>();
    files.forEach((name, path) -> paths.put(name, path.toString()));
    map.put("files", paths);
    return map;
  }

  private static Integer orNull(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }

  private static Double orNull(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
