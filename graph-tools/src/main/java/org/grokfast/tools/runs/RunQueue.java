package org.grokfast.tools.runs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.grokfast.models.TrainingException;
import org.grokfast.models.comparison.RunOutcome;

/**
 * Has an engine make runs, several at a time. What is finished already isn't run again; what was
 * interrupted is continued; a run that fails doesn't keep the others from running.
 */
public final class RunQueue {
  private static final int MILLISECONDS_BETWEEN_LOOKS = 1_000;

  private final int jobs;
  private final RunEngine engine;
  private final RunsDisplay display;
  private volatile boolean stopped;

  /**
   * A queue.
   *
   * @param jobs the number of runs that the engine has at a time; ≥ 1
   * @param engine makes them
   * @param display shows how they go
   */
  public RunQueue(int jobs, RunEngine engine, RunsDisplay display) {
    this.jobs = jobs;
    this.engine = engine;
    this.display = display;
  }

  /** A run and how it ended. */
  private record Ended(PlannedRun run, Optional<String> failure) {}

  /** Ends the runs under way with a checkpoint each, and starts no more. Any thread may call. */
  public void stop() {
    stopped = true;
    engine.stop();
  }

  /** Ends the runs under way at once. */
  public void kill() {
    engine.kill();
  }

  /** Whether {@link #stop} was called. */
  public boolean isStopped() {
    return stopped;
  }

  /**
   * Makes the runs that there aren't yet.
   *
   * @return what all of them came to, in their order; without those that were stopped
   * @throws TrainingException if the engine can make no run any more
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
      missing.forEach(run -> ends.submit(() -> make(run)));
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
      if (e.getCause() instanceof TrainingException gone) {
        throw gone;
      }
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

  private Ended make(PlannedRun run) throws InterruptedException {
    if (stopped) {
      return new Ended(run, Optional.empty());
    }
    try {
      return new Ended(run, engine.make(run, () -> display.started(run)));
    } catch (IOException e) {
      return new Ended(run, Optional.of(String.valueOf(e.getMessage())));
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
