package org.grokfast.models.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.models.TrainingException;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.StepInputs;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.files.Crossing;
import org.grokfast.models.training.files.MetricsRow;
import org.grokfast.models.training.files.RunningMean;
import org.grokfast.models.training.files.TrainerState;

/** The state of a run in memory, and one step of it. Knows no files. */
final class TrainingLoop {
  private static final double NANOSECONDS_A_SECOND = 1e9;

  private final TrainingOptions options;
  private final BatchRunner runner;
  private final EpochBatches batches;
  private final StepInputs further;
  private final StepTimes times = new StepTimes();
  private final List<MetricsRow> rows = new ArrayList<>();
  private final long started = System.nanoTime();
  private double secondsBefore;
  private int firstStep;
  private int step;
  private RunningMean epoch = RunningMean.EMPTY;
  private Crossing crossing;
  private double learningRate = Double.NaN;
  private double batchLoss = Double.NaN;
  private double batchAccuracy;

  TrainingLoop(Task task, TrainingOptions options, BatchRunner runner) {
    this.options = options;
    this.runner = runner;
    crossing = Crossing.none(options.until(), options.sustain());
    this.batches =
        new EpochBatches(
            task.examples(Split.TRAINING), options.batch(), () -> task.orders(options.seed()));
    further = task.stepInputs(options.seed());
  }

  /** Goes on where a checkpoint was made. */
  void continueFrom(TrainerState state, List<MetricsRow> earlier) {
    firstStep = state.step();
    step = state.step();
    epoch = state.epoch();
    crossing = Crossing.of(earlier, options.until(), options.sustain());
    learningRate = state.learningRate();
    secondsBefore = state.seconds();
    batchAccuracy = state.accuracy() == null ? 0 : state.accuracy();
    rows.addAll(earlier);
  }

  /** Why the run is over, if it is. */
  Optional<TrainingResult.Ending> ending() {
    if (options.stopEarly() && crossing.sustained().isPresent()) {
      return Optional.of(TrainingResult.Ending.SUSTAINED);
    }
    return step >= options.steps() ? Optional.of(TrainingResult.Ending.STEPS) : Optional.empty();
  }

  /**
   * Makes one update and, if it's time, a validation.
   *
   * @return the validation's row
   * @throws TrainingException if the loss is no longer a finite number
   */
  Optional<MetricsRow> advance() {
    int[] examples = batches.of(step);
    long begin = System.nanoTime();
    BatchRunner.Outcome outcome = runner.update(examples, further.at(step, batchAccuracy));
    times.add(System.nanoTime() - begin);
    step++;
    batchLoss = outcome.loss();
    batchAccuracy = outcome.accuracy();
    learningRate = outcome.learningRate();
    if (!Double.isFinite(batchLoss)) {
      throw new TrainingException(
          TrainingException.DIVERGED
              + batchLoss
              + " in step "
              + step
              + "; expected a finite number. Lower the learning rate or lamb");
    }
    epoch = epoch.plus(outcome.loss(), outcome.accuracy(), examples.length);
    if (step % options.validateEvery() != 0) {
      return Optional.empty();
    }
    BatchRunner.Outcome validation = runner.validate();
    MetricsRow row =
        new MetricsRow(
            step,
            epoch.loss(),
            epoch.accuracy(),
            validation.loss(),
            validation.accuracy(),
            learningRate,
            runner.probes(examples));
    rows.add(row);
    epoch = RunningMean.EMPTY;
    crossing = crossing.observe(step, row.validationAccuracy());
    return Optional.of(row);
  }

  Progress progress() {
    double rate = (step - firstStep) / (seconds() - secondsBefore);
    return new Progress(step, options.steps(), rate, batchLoss, lastRow());
  }

  /** What a checkpoint holds. */
  TrainerState state(Task task) {
    return new TrainerState(
        TrainerState.FORMAT,
        task.name(),
        task.settings(),
        options.trajectory(),
        options.arguments(),
        step,
        epoch,
        learningRate,
        Double.isNaN(batchAccuracy) ? null : batchAccuracy,
        seconds(),
        null);
  }

  double seconds() {
    return secondsBefore + (System.nanoTime() - started) / NANOSECONDS_A_SECOND;
  }

  int step() {
    return step;
  }

  Crossing crossing() {
    return crossing;
  }

  StepTimes times() {
    return times;
  }

  List<MetricsRow> rows() {
    return rows;
  }

  Optional<MetricsRow> lastRow() {
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(rows.size() - 1));
  }
}
