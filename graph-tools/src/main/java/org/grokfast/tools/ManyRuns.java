package org.grokfast.tools;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.grokfast.models.comparison.RunOutcome;
import org.grokfast.models.training.TrainingException;
import org.grokfast.tools.runs.PlannedRun;
import org.grokfast.tools.runs.RunQueue;
import org.grokfast.tools.runs.RunsDisplay;

/** Makes the runs of a folder, which it has for itself as long, and ends them well on Ctrl-C. */
final class ManyRuns implements AutoCloseable {
  private static final String LOCK = ".lock";

  private final Path folder;
  private final RunQueue queue;
  private final PrintWriter err;
  private final FileChannel channel;

  /**
   * Takes the folder, and makes it if there is none.
   *
   * @throws TrainingException if another process has it
   */
  ManyRuns(Path folder, int jobs, PrintWriter err) throws IOException {
    this.folder = folder;
    this.err = err;
    queue = new RunQueue(jobs, Main.class, new RunsDisplay(err, ProgressDisplay.onTerminal()));
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

  /**
   * Makes those of the runs that there aren't yet.
   *
   * @return what all came to; nothing if this was interrupted
   */
  Optional<Map<PlannedRun, RunOutcome>> make(List<PlannedRun> runs) throws InterruptedException {
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
