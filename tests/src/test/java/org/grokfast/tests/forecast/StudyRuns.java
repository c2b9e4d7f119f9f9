package org.grokfast.tests.forecast;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.grokfast.models.TrainingException;
import org.grokfast.models.analysis.graph.LossGraph;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.Trainer;
import org.grokfast.models.training.files.Checkpoints;

/**
 * Trains the runs of the study, one after the other. Each is trained twice, which is cheaper than
 * once and gives the same weights bit for bit: 400 steps with a validation in every step and the
 * weight norm in every hundredth, and then to the end with a validation every 10 steps. A run whose
 * files are there is not trained again, so that the same command goes on where it was stopped.
 */
final class StudyRuns {
  private static final String METRICS = "metrics.csv";
  private static final String DONE = "done";
  private static final int VALIDATE_EVERY = 10;
  private static final int NORM_EVERY = 100;

  private StudyRuns() {}

  /** The metrics of the first steps. */
  static Path early(Path folder, StudySetting setting) {
    return folder.resolve(setting.folder()).resolve("early.csv");
  }

  /** The metrics up to the end. */
  static Path late(Path folder, StudySetting setting) {
    return folder.resolve(setting.folder()).resolve("late.csv");
  }

  /** Lines of a step and the norm of all weights after it. */
  static Path norms(Path folder, StudySetting setting) {
    return folder.resolve(setting.folder()).resolve("norms.csv");
  }

  /** Whether a run has ended, with this setting. */
  private static boolean done(Path folder, StudySetting setting) throws IOException {
    Path file = folder.resolve(setting.folder()).resolve(DONE);
    return Files.exists(file) && Files.readString(file).equals(setting + "\n");
  }

  static void train(Path folder, List<StudySetting> all) throws IOException {
    for (StudySetting setting : all) {
      if (!done(folder, setting)) {
        train(folder, setting);
        System.out.println(setting.id() + 1 + " of " + all.size() + ": " + setting);
      }
    }
  }

  private static void train(Path folder, StudySetting setting) throws IOException {
    Path home = folder.resolve(setting.folder());
    delete(home);
    Files.createDirectories(home);
    TrainingOptions early =
        setting
            .training()
            .steps(StudySetting.EARLY_STEPS)
            .stopEarly(false)
            .validateEvery(1)
            .checkpointEvery(NORM_EVERY)
            .keepCheckpoints(0)
            .build();
    TrainingOptions late =
        setting
            .training()
            .steps(StudySetting.BUDGET)
            .sustain(0)
            .validateEvery(VALIDATE_EVERY)
            .build();
    run(setting, early, home.resolve("early"), early(folder, setting));
    Files.write(norms(folder, setting), norms(setting, home.resolve("early")));
    delete(home.resolve("early"));
    run(setting, late, home.resolve("late"), late(folder, setting));
    delete(home.resolve("late"));
    Files.writeString(home.resolve(DONE), setting + "\n");
  }

  /** Only the metrics stay: curves and checkpoints of hundreds of runs would be a gigabyte. */
  private static void run(StudySetting setting, TrainingOptions options, Path out, Path metrics)
      throws IOException {
    try {
      Trainer.start(setting.task(), options, out).run();
    } catch (TrainingException e) {
      // A loss that is no number is an outcome too; the rows before it are there.
      System.out.println(setting.folder() + ": " + e.getMessage());
    }
    Files.move(out.resolve(METRICS), metrics);
  }

  private static List<String> norms(StudySetting setting, Path run) {
    List<String> lines = new ArrayList<>();
    try (LossGraph graph = LossGraph.build(setting.task(), 1)) {
      for (Checkpoints.Loaded checkpoint : new Checkpoints(run).every()) {
        graph.restore(checkpoint);
        double squares = 0;
        for (double weight : graph.parameters()) {
          squares += weight * weight;
        }
        lines.add(checkpoint.state().step() + "," + Math.sqrt(squares));
      }
    }
    return lines;
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
