package org.grokfast.tools.runs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.grokfast.models.comparison.RunOutcome;

/**
 * Makes runs, several at a time, each in a process of its own. What is finished already isn't run
 * again; what was interrupted is continued; a run that fails doesn't keep the others from running.
 */
public final class RunQueue {
  private static final int MILLISECONDS_BETWEEN_LOOKS = 1_000;

  private final int jobs;
  private final Class<?> program;
  private final RunsDisplay display;
  private final Set<TrainProcess> running = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  /**
   * A queue.
   *
   * @param jobs the number of processes at a time; ≥ 1
   * @param program the class whose main method is the command line
   * @param display shows how the runs go
   */
  public RunQueue(int jobs, Class<?> program, RunsDisplay display) {
    this.jobs = jobs;
    this.program = program;
    this.display = display;
  }

  /** A run and how its process ended. */
  private record Ended(PlannedRun run, Optional<String> failure) {}

  /** Ends the running processes with a checkpoint each, and starts no more. Any thread may call. */
  public void stop() {
    stopped = true;
    running.forEach(TrainProcess::stop);
  }

  /** Ends the running processes at once. */
  public void kill() {
    running.forEach(TrainProcess::kill);
  }

  /** Whether {@link #stop} was called. */
  public boolean isStopped() {
    return stopped;
  }

  /**
   * Makes the runs that there aren't yet.
   *
   * @return what all of them came to, in their order; without those that were stopped
   */
  public Map<PlannedRun, RunOutcome> run(List<PlannedRun> runs) throws InterruptedException {
    Map<PlannedRun, RunOutcome> outcomes = new LinkedHashMap<>();
    List<PlannedRun> missing = new ArrayList<>();
    for (PlannedRun run : runs) {
      run.outcome().ifPresentOrElse(done -> outcomes.put(run, done), () -> missing.add(run));
    }
    display.start(runs, List.copyOf(outcomes.keySet()));
    ExecutorService executor = Executors.newFixedThreadPool(jobs, RunQueue::daemon);
    try {
      ExecutorCompletionService<Ended> ends = new ExecutorCompletionService<>(executor);
      missing.forEach(run -> ends.submit(() -> process(run)));
      int left = missing.size();
      while (left > 0) {
        Future<Ended> end = ends.poll(MILLISECONDS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS);
        if (end != null) {
          left--;
          take(end.get(), outcomes);
        } else {
          display.look();
        }
      }
    } catch (ExecutionException e) {
      stop();
      throw new IllegalStateException("a run could not be started: " + e.getCause(), e);
    } finally {
      // Threads that wait for processes keep no JVM from ending.
      executor.shutdown();
      display.end();
    }
    Map<PlannedRun, RunOutcome> ordered = new LinkedHashMap<>();
    runs.stream().filter(outcomes::containsKey).forEach(run -> ordered.put(run, outcomes.get(run)));
    return ordered;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "run");
    thread.setDaemon(true);
    return thread;
  }

  private Ended process(PlannedRun run) throws InterruptedException {
    TrainProcess process = new TrainProcess(run, program);
    running.add(process);
    try {
      if (stopped) {
        return new Ended(run, Optional.empty());
      }
      process.start();
      display.started(run);
      if (stopped) {
        process.stop();
      }
      return new Ended(run, process.await());
    } catch (IOException e) {
      return new Ended(run, Optional.of(String.valueOf(e.getMessage())));
    } finally {
      running.remove(process);
    }
  }

  private void take(Ended end, Map<PlannedRun, RunOutcome> outcomes) {
    PlannedRun run = end.run();
    Optional<RunOutcome> outcome = run.outcome();
    if (outcome.isEmpty()) {
      if (stopped) {
        return;
      }
      String message = end.failure().orElse("it ended before its last step");
      outcome = Optional.of(run.folder().failed(run.arm().settings(), run.seed(), message));
    }
    outcomes.put(run, outcome.get());
    display.ended(run, outcome.get());
  }
}
