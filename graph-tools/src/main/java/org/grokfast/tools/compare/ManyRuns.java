package org.grokfast.tools.compare;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.grokfast.models.TrainingException;
import org.grokfast.models.comparison.Arm;
import org.grokfast.models.comparison.ArmResult;
import org.grokfast.models.comparison.RunOutcome;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.models.training.files.FolderLock;
import org.grokfast.text.ShellWord;
import org.grokfast.tools.console.EndHook;
import org.grokfast.tools.console.ProgressDisplay;
import org.grokfast.tools.runs.PlannedRun;
import org.grokfast.tools.runs.RunEngine;
import org.grokfast.tools.runs.RunQueue;
import org.grokfast.tools.runs.RunsDisplay;

/** Makes the runs of a folder, which it has for itself as long, and ends them well on Ctrl-C. */
public final class ManyRuns implements AutoCloseable {
  /** Longer than a run takes to end: what remains then is killed. */
  private static final int LAST_STEPS_SECONDS = 90;

  private final Path folder;
  private final RunEngine engine;
  private final RunQueue queue;
  private final PrintWriter err;
  private final FolderLock lock;

  /**
   * Takes the folder, and makes it if there is none; then opens the engine.
   *
   * @param engines what runs are made on
   * @param jobs how many there are at a time; ≥ 1
   * @throws TrainingException if another process has the folder, or the engine can't be had
   */
  public ManyRuns(Supplier<RunEngine> engines, Path folder, int jobs, PrintWriter err) {
    this.folder = folder;
    this.err = err;
    lock =
        FolderLock.take(folder)
            .orElseThrow(
                () ->
                    new TrainingException(
                        "another process makes runs in "
                            + folder
                            + "; wait for it, or choose another --out"));
    try {
      engine = engines.get();
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
    queue = new RunQueue(jobs, engine, new RunsDisplay(err, ProgressDisplay.onTerminal()));
  }

  /** The runs of some arms, each with every seed. */
  static List<PlannedRun> plan(TaskSpec kind, List<Arm> arms, List<Long> seeds, Path folder) {
    List<PlannedRun> runs = new ArrayList<>();
    for (Arm arm : arms) {
      seeds.forEach(seed -> runs.add(PlannedRun.of(kind.name(), arm, seed, folder)));
    }
    return runs;
  }

  /**
   * Makes those of the runs that there aren't yet.
   *
   * @return what all arms came to, in their order; nothing if this was interrupted
   */
  Optional<List<ArmResult>> make(TaskSpec kind, List<Arm> arms, List<Long> seeds)
      throws InterruptedException {
    return make(plan(kind, arms, seeds, folder))
        .map(outcomes -> arms.stream().map(arm -> result(arm, outcomes)).toList());
  }

  private static ArmResult result(Arm arm, Map<PlannedRun, RunOutcome> outcomes) {
    return new ArmResult(
        arm,
        outcomes.entrySet().stream()
            .filter(entry -> entry.getKey().arm().equals(arm))
            .map(Map.Entry::getValue)
            .toList());
  }

  private Optional<Map<PlannedRun, RunOutcome>> make(List<PlannedRun> runs)
      throws InterruptedException {
    try (EndHook hook = new EndHook(queue::stop, LAST_STEPS_SECONDS, queue::kill)) {
      Map<PlannedRun, RunOutcome> outcomes = queue.run(runs);
      if (queue.isStopped() || hook.isAsked()) {
        err.println("stopped; the same command continues what is in " + ShellWord.of(folder));
        err.flush();
        return Optional.empty();
      }
      return Optional.of(outcomes);
    }
  }

  @Override
  public void close() {
    try (lock) {
      engine.close();
    }
  }
}
