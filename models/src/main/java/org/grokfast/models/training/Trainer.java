package org.grokfast.models.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.grokfast.models.TrainingException;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.TrainingResult.Ending;
import org.grokfast.models.training.files.AtomicFiles;
import org.grokfast.models.training.files.Checkpoints;
import org.grokfast.models.training.files.Curves;
import org.grokfast.models.training.files.EventFile;
import org.grokfast.models.training.files.FolderLock;
import org.grokfast.models.training.files.MetricsFile;
import org.grokfast.models.training.files.MetricsRow;
import org.grokfast.models.training.files.OutputFolder;
import org.grokfast.models.training.files.TrainerState;
import org.tensorflow.Session;

/**
 * Trains a task and writes the run's files into an output folder: {@code metrics.csv}, {@code
 * curves.png} and {@code curves.svg}, {@code result.json}, the folder {@code events} for
 * TensorBoard and the folder {@code checkpoints}.
 *
 * <p>A run is determined by the task, {@link TrainingOptions#trajectory()} and the machine: two
 * runs give the same bits, and so does a run that was stopped and resumed. What {@code metrics.csv}
 * holds beyond the newest checkpoint is made again when a run is resumed.
 */
public final class Trainer {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Task task;
  private final TrainingOptions options;
  private final OutputFolder out;
  private final Checkpoints checkpoints;
  private final Optional<Checkpoints.Loaded> resumed;
  private final FolderLock lock;
  private volatile boolean stopRequested;

  private Trainer(
      Task task,
      TrainingOptions options,
      OutputFolder out,
      Optional<Checkpoints.Loaded> resumed,
      FolderLock lock) {
    this.task = task;
    this.options = options;
    this.out = out;
    this.checkpoints = new Checkpoints(out.path(), options.keepCheckpoints());
    this.resumed = resumed;
    this.lock = lock;
  }

  /**
   * A new run.
   *
   * @param out a folder that is empty or doesn't exist
   * @throws TrainingException if the folder isn't empty, or another run has it
   * @throws IllegalArgumentException if the optimizer is the graph's own and there is none, or one
   *     is chosen though there is
   */
  public static Trainer start(Task task, TrainingOptions options, Path out) {
    requireOptimizer(task, options);
    return locked(
        out, lock -> new Trainer(task, options, OutputFolder.create(out), Optional.empty(), lock));
  }

  private static void requireOptimizer(Task task, TrainingOptions options) {
    if (task.hasOwnStep() != (options.optimizer() == OptimizerKind.OWN)) {
      throw new IllegalArgumentException(
          task.hasOwnStep()
              ? "the task "
                  + task.name()
                  + " trains a graph with an optimizer of its own; optimizer must be own, was "
                  + options.optimizer().cliName()
              : "optimizer own is the one in a task's graph; that of the task "
                  + task.name()
                  + " has none, so one has to be chosen");
    }
  }

  /** A trainer has its folder for itself from here to the end of its run. */
  private static Trainer locked(Path out, Function<FolderLock, Trainer> maker) {
    FolderLock lock = OutputFolder.lock(out);
    try {
      return maker.apply(lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * A run that continues from the newest checkpoint of an output folder.
   *
   * @param options as at the start; the limits ({@code steps}, {@code sustain}, {@code stopEarly},
   *     {@code checkpointEvery}) may differ
   * @throws TrainingException if there is no checkpoint, it is damaged, it belongs to another task
   *     or other options, or another run has the folder
   */
  public static Trainer resume(Task task, TrainingOptions options, Path out) {
    requireOptimizer(task, options);
    Checkpoints.requireAny(out);
    return locked(out, lock -> resumed(task, options, out, lock));
  }

  private static Trainer resumed(Task task, TrainingOptions options, Path out, FolderLock lock) {
    Checkpoints.Loaded loaded = new Checkpoints(out).newest();
    TrainerState state = loaded.state();
    // The seed, for one, is a setting of some tasks and of the training: it is said once.
    Set<Difference> differences = new LinkedHashSet<>();
    if (!state.task().equals(task.name())) {
      differences.add(new Difference("task", state.task(), task.name()));
    } else {
      compare(state.settings(), task.settings(), differences);
      compare(state.trajectory(), options.trajectory(), differences);
    }
    if (!differences.isEmpty()) {
      throw new TrainingException(
          "the checkpoint "
              + loaded.folder()
              + " belongs to another run: "
              + differences.stream().map(Difference::text).collect(Collectors.joining("; "))
              + ". Give the same options, or start again in a new output folder");
    }
    return new Trainer(task, options, new OutputFolder(out), Optional.of(loaded), lock);
  }

  private static void compare(
      SortedMap<String, String> there,
      SortedMap<String, String> here,
      Set<Difference> differences) {
    SortedMap<String, String> all = new TreeMap<>(there);
    all.putAll(here);
    for (String key : all.keySet()) {
      String before = there.getOrDefault(key, "absent");
      String now = here.getOrDefault(key, "absent");
      if (!before.equals(now)) {
        differences.add(new Difference(key, before, now));
      }
    }
  }

  /** Ends the run after the current step, with a checkpoint. May be called from any thread. */
  public void stop() {
    stopRequested = true;
  }

  /** {@link #run(ProgressListener)} without a listener. */
  public TrainingResult run() {
    return run(ProgressListener.NONE);
  }

  /**
   * Trains until the accuracy has held, the steps are used up, or {@link #stop} is called.
   *
   * @param listener told of every step
   * @throws TrainingException if the loss is no longer a finite number
   */
  public TrainingResult run(ProgressListener listener) {
    try (lock;
        TrainingGraph graph = TrainingGraph.build(task, options);
        Session session = graph.session(options.threads());
        BatchRunner runner = new BatchRunner(graph, session, task);
        EventFile events = new EventFile(out.events(), graph.probes().keySet())) {
      TrainingLoop loop = new TrainingLoop(task, options, runner);
      if (resumed.isPresent()) {
        resumed.get().restore(prefix -> graph.restore(session, prefix));
        loop.continueFrom(resumed.get().state(), resumed.get().rows());
      } else {
        session.initialize();
      }
      MetricsFile.write(out.metrics(), loop.rows(), graph.probes().keySet());
      try {
        while (loop.ending().isEmpty() && !stopRequested) {
          loop.advance().ifPresent(row -> record(row, events));
          if (options.checkpointEvery() > 0 && loop.step() % options.checkpointEvery() == 0) {
            save(graph, session, loop);
          }
          listener.onStep(loop.progress());
        }
      } catch (TrainingException e) {
        writeCurves(loop);
        throw e;
      }
      // First what can't be made again.
      Path checkpoint = save(graph, session, loop);
      writeCurves(loop);
      return finish(loop, graph, checkpoint);
    }
  }

  private Path save(TrainingGraph graph, Session session, TrainingLoop loop) {
    return checkpoints.save(prefix -> graph.save(session, prefix), loop.state(task), loop.rows());
  }

  private void record(MetricsRow row, EventFile events) {
    MetricsFile.append(out.metrics(), row);
    events.write(row);
  }

  private void writeCurves(TrainingLoop loop) {
    if (!loop.rows().isEmpty()) {
      Curves curves = new Curves(task.title(), loop.rows(), options.until());
      curves.writePng(out.png());
      curves.writeSvg(out.svg());
    }
  }

  private TrainingResult finish(TrainingLoop loop, TrainingGraph graph, Path checkpoint) {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("metrics", out.metrics());
    files.put("events", out.events());
    files.put("checkpoint", checkpoint);
    if (!loop.rows().isEmpty()) {
      files.put("png", out.png());
      files.put("svg", out.svg());
    }
    double none = Double.NaN;
    TrainingResult result =
        new TrainingResult(
            loop.ending().orElse(Ending.STOPPED),
            loop.step(),
            loop.crossing().first(),
            loop.crossing().sustained(),
            loop.seconds(),
            loop.times().medianMilliseconds(),
            PeakMemory.bytes(),
            loop.rows().stream().mapToDouble(MetricsRow::validationAccuracy).max().orElse(none),
            loop.rows().stream().mapToDouble(MetricsRow::validationLoss).min().orElse(none),
            loop.lastRow().orElse(new MetricsRow(0, none, none, none, none, none)),
            graph.outputs().parameters(),
            files);
    AtomicFiles.replaceBytes(out.result(), stream -> JSON.writeValue(stream, result.toMap()));
    return result;
  }
}
