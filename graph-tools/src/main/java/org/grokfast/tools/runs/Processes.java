package org.grokfast.tools.runs;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes each run in a process of its own, on this machine. */
public final class Processes implements RunEngine {
  private final Class<?> program;
  private final Set<TrainProcess> running = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  /**
   * Processes of the command line.
   *
   * @param program the class whose main method it is
   */
  public Processes(Class<?> program) {
    this.program = program;
  }

  @Override
  public Optional<String> make(PlannedRun run, Runnable started)
      throws IOException, InterruptedException {
    TrainProcess process = new TrainProcess(run, program);
    running.add(process);
    try {
      if (stopped) {
        return Optional.empty();
      }
      process.start();
      started.run();
      if (stopped) {
        process.stop();
      }
      return process.await();
    } finally {
      running.remove(process);
    }
  }

  @Override
  public void stop() {
    stopped = true;
    running.forEach(TrainProcess::stop);
  }

  @Override
  public void kill() {
    running.forEach(TrainProcess::kill);
  }

  @Override
  public void close() {
    // Nothing is left of a process that has ended.
  }
}
