package org.grokfast.models.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.TrainingException;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.files.MetricsFile;
import org.grokfast.models.training.files.MetricsRow;
import org.grokfast.models.training.files.SavedRun;

/**
 * The output folder of one run, {@code runs/ARM-ID/seed-N} in the folder of a comparison. Beside it
 * lies what the run said, {@code seed-N.log}.
 *
 * @param path the folder; need not exist
 */
public record RunFolder(Path path) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The folder of a run. */
  public static RunFolder of(Path comparison, Arm arm, long seed) {
    return new RunFolder(comparison.resolve("runs").resolve(arm.folder()).resolve("seed-" + seed));
  }

  /** Where the process's output goes. */
  public Path log() {
    return path.resolveSibling(path.getFileName() + ".log");
  }

  /** The run's validations so far, as far as they can be read. */
  public List<MetricsRow> rows() {
    try {
      return read();
    } catch (IOException e) {
      // A process that was killed may have left half a row; its run is not finished anyway.
      return List.of();
    }
  }

  private Path metrics() {
    return path.resolve("metrics.csv");
  }

  private List<MetricsRow> read() throws IOException {
    return Files.exists(metrics()) ? MetricsFile.read(metrics()) : List.of();
  }

  /** All validations of a run that nothing continues any more: fewer would pass for another run. */
  private List<MetricsRow> rows(RunTotals totals, TrainingOptions settings) {
    if (!totals.sustained() && totals.steps() < settings.steps()) {
      return rows();
    }
    List<MetricsRow> rows;
    try {
      rows = read();
    } catch (IOException e) {
      throw damaged("can't be read (" + e.getMessage() + ")", e);
    }
    int made = totals.steps() / settings.validateEvery();
    if (rows.size() < made) {
      throw damaged("has " + rows.size() + " of the " + made + " validations", null);
    }
    return rows;
  }

  private TrainingException damaged(String what, Throwable cause) {
    return new TrainingException(
        metrics() + " of a finished run " + what + ". Delete its folder to run it again", cause);
  }

  /** Whether there is something to continue from. */
  public boolean canBeResumed() {
    if (!Files.isDirectory(path.resolve("checkpoints"))) {
      return false;
    }
    try {
      SavedRun.read(path);
      return true;
    } catch (TrainingException e) {
      return false;
    }
  }

  /**
   * What the run came to within the limits of its settings.
   *
   * @return nothing if it has not gone as far as these settings have it go
   * @throws TrainingException if it has, and one of its files is damaged
   */
  public Optional<RunOutcome> finished(TrainingOptions settings, long seed) {
    return totals()
        .map(
            totals ->
                RunOutcome.of(seed, rows(totals, settings), totals, settings)
                    .withAnalysis(analysis()))
        .filter(RunOutcome::isFinished);
  }

  /** What is known of a run that failed. */
  public RunOutcome failed(TrainingOptions settings, long seed, String message) {
    List<MetricsRow> rows = rows();
    int steps = rows.isEmpty() ? 0 : rows.get(rows.size() - 1).step();
    RunTotals totals = totals().orElse(new RunTotals(steps, Double.NaN, 0, false));
    return RunOutcome.of(seed, rows, totals, settings).withFailure(message);
  }

  /** What {@code grokfast analyze} wrote of the last checkpoint that it measured. */
  private Map<String, Double> analysis() {
    Path file = path.resolve("analysis").resolve("analysis.json");
    if (!Files.exists(file)) {
      return Map.of();
    }
    Map<String, Double> found = new LinkedHashMap<>();
    try {
      JsonNode checkpoints = JSON.readTree(file.toFile()).path("checkpoints");
      for (Map.Entry<String, JsonNode> figure :
          checkpoints.path(checkpoints.size() - 1).properties()) {
        if (figure.getValue().isNumber()) {
          found.put(figure.getKey(), figure.getValue().asDouble());
        }
      }
      return found;
    } catch (IOException e) {
      throw new TrainingException(
          file + " can't be read; expected what 'grokfast analyze' writes. Analyze the run again",
          e);
    }
  }

  private Optional<RunTotals> totals() {
    Path result = path.resolve("result.json");
    if (!Files.exists(result)) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(result.toFile());
      return Optional.of(
          new RunTotals(
              json.path("steps").asInt(),
              json.path("seconds").asDouble(),
              json.path("peakBytes").asLong(),
              json.path("ending").asText().equals("sustained")));
    } catch (IOException e) {
      throw new TrainingException(
          result
              + " can't be read; expected the summary of a run. Delete its folder to run it again",
          e);
    }
  }
}
