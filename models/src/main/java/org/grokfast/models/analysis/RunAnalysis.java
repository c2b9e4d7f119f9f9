package org.grokfast.models.analysis;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.models.TrainingException;
import org.grokfast.models.analysis.graph.LossGraph;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.files.Checkpoints;
import org.grokfast.models.training.files.MetricsRow;

/**
 * Analyzes a run from the checkpoints in its output folder. The run is not changed; it may go on
 * meanwhile.
 */
public final class RunAnalysis {
  private final Task task;
  private final TrainingOptions training;
  private final AnalysisOptions options;

  /**
   * An analysis.
   *
   * @param task the task of the run, with the same settings
   * @param training the options of the run
   * @param options how to analyze
   */
  public RunAnalysis(Task task, TrainingOptions training, AnalysisOptions options) {
    this.task = task;
    this.training = training;
    this.options = options;
  }

  /**
   * Analyzes the checkpoints up to a step.
   *
   * @param run the run's output folder
   * @param scratch a folder in which each checkpoint's figures are kept, so that an analysis which
   *     was stopped goes on where it was; made if it isn't there
   * @param lastStep checkpoints after it are left out
   * @param listener told how it goes on
   * @throws TrainingException if there is no checkpoint up to that step, one is damaged or of
   *     another task, or a loss isn't a number
   */
  public AnalysisReport of(Path run, Path scratch, int lastStep, AnalysisListener listener) {
    List<Checkpoints.Loaded> checkpoints = checkpoints(run, lastStep);
    FiguresCache cache = new FiguresCache(scratch, options);
    try (LossGraph loss = LossGraph.build(task, options.threads());
        Examples examples = new Examples(task, options);
        InformationAnalysis information = new InformationAnalysis(loss, task, examples, options)) {
      CheckpointAnalysis analysis =
          new CheckpointAnalysis(loss, examples, information, training, options);
      List<MetricsRow> rows = checkpoints.get(checkpoints.size() - 1).rows();
      List<Figures> figures = new ArrayList<>();
      int parts = checkpoints.size() + 1;
      for (Checkpoints.Loaded checkpoint : checkpoints) {
        int step = checkpoint.state().step();
        listener.onPart(figures.size(), parts, "checkpoint of step " + step);
        Optional<Figures> before = cache.find(checkpoint);
        Figures found = before.orElseGet(() -> analysis.of(checkpoint, last(rows, step)));
        if (before.isEmpty()) {
          cache.save(checkpoint, found);
        }
        figures.add(found);
      }
      listener.onPart(figures.size(), parts, "the run as a whole");
      WholeRun whole = new WholeRun(loss, examples, training, options);
      RunFigures runFigures = whole.of(checkpoints, rows, figures, information.notes());
      listener.onPart(parts, parts, "done");
      return new AnalysisReport(
          task.name(),
          task.title(),
          task.settings(),
          training.trajectory(),
          options,
          loss.exactProducts(),
          figures,
          runFigures);
    }
  }

  private List<Checkpoints.Loaded> checkpoints(Path run, int lastStep) {
    List<Checkpoints.Loaded> all =
        new Checkpoints(run)
            .every().stream().filter(found -> found.state().step() <= lastStep).toList();
    if (all.isEmpty()) {
      throw new TrainingException(
          "the run " + run + " has no checkpoint up to step " + lastStep + "; give a later step");
    }
    for (Checkpoints.Loaded found : all) {
      if (!found.state().task().equals(task.name())
          || !found.state().settings().equals(task.settings())) {
        throw new TrainingException(
            "the checkpoint "
                + found.folder()
                + " is of task "
                + found.state().task()
                + " with other settings than the task to analyze; analyze it as the run that it"
                + " is");
      }
    }
    return all;
  }

  private static Optional<MetricsRow> last(List<MetricsRow> rows, int step) {
    return rows.stream().filter(row -> row.step() <= step).reduce((a, b) -> b);
  }
}
