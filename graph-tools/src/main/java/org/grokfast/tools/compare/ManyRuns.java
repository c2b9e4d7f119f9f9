package org.grokfast.tools.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.grokfast.models.TrainingException;
import org.grokfast.models.comparison.Arm;
import org.grokfast.models.comparison.ArmResult;
import org.grokfast.models.comparison.RunOutcome;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.tools.console.ProgressDisplay;
import org.grokfast.tools.runs.PlannedRun;
import org.grokfast.tools.runs.RunQueue;
import org.grokfast.tools.runs.RunsDisplay;

/** Makes the runs of a folder, which it has for itself as long, and ends them well on Ctrl-C. */
public final class ManyRuns implements AutoCloseable {
  private static final String LOCK = ".lock";

  private final Path folder;
  private final RunQueue queue;
  private final PrintWriter err;
  private final FileChannel channel;

  /**
   * Takes the folder, and makes it if there is none.
   *
   * @param program the class whose main method is the command line
   * @throws TrainingException if another process has it
   */
  public ManyRuns(Class<?> program, Path folder, int jobs, PrintWriter err) throws IOException {
    this.folder = folder;
    this.err = err;
    queue = new RunQueue(jobs, program, new RunsDisplay(err, ProgressDisplay.onTerminal()));
    Files.createDirectories(folder);
    channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw new TrainingException(
          "another process makes runs in " + folder + "; wait for it, or choose another --out");
    }
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
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              queue.stop();
              try {
                ended.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Map<PlannedRun, RunOutcome> outcomes = queue.run(runs);
      if (queue.isStopped()) {
        err.println("stopped; the same command continues what is in " + folder);
        err.flush();
        return Optional.empty();
      }
      return Optional.of(outcomes);
    } finally {
      if (!queue.isStopped()) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
      ended.countDown();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
