package org.grokfast.models.task;

import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.GradientFilter;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.OptimizerKind;

/** Collects {@link TrainingOptions}; what isn't set keeps the reference's value. */
public final class TrainingOptionsBuilder {
  private OptimizerKind optimizer = OptimizerKind.ADAM;
  private AdamOptions adam = AdamOptions.DEFAULTS;
  private Optional<GradientFilter> filter = Optional.empty();
  private double clipNorm;
  private int batch = 512;
  private int steps = 300_000;
  private int validateEvery = 10;
  private int checkpointEvery = 1_000;
  private double until = 0.95;
  private int sustain = 200;
  private boolean stopEarly = true;
  private long seed;
  private int threads = Runtime.getRuntime().availableProcessors();
  private Map<String, String> arguments = Map.of();

  TrainingOptionsBuilder() {}

  /** The optimizer; Adam by default. */
  public TrainingOptionsBuilder optimizer(OptimizerKind value) {
    optimizer = value;
    return this;
  }

  /** The optimizer's options. */
  public TrainingOptionsBuilder adam(AdamOptions value) {
    adam = value;
    return this;
  }

  /** The filter; none by default. */
  public TrainingOptionsBuilder filter(GradientFilter value) {
    filter = Optional.of(value);
    return this;
  }

  /** The global norm to which gradients are clipped before the filter; 0, the default, for none. */
  public TrainingOptionsBuilder clipNorm(double value) {
    clipNorm = value;
    return this;
  }

  /** The number of examples of a step. */
  public TrainingOptionsBuilder batch(int value) {
    batch = value;
    return this;
  }

  /** The largest number of updates. */
  public TrainingOptionsBuilder steps(int value) {
    steps = value;
    return this;
  }

  /** The number of steps between validations. */
  public TrainingOptionsBuilder validateEvery(int value) {
    validateEvery = value;
    return this;
  }

  /** The number of steps between checkpoints; 0 for one at the end alone. */
  public TrainingOptionsBuilder checkpointEvery(int value) {
    checkpointEvery = value;
    return this;
  }

  /** The validation accuracy to be crossed, in (0, 1]. */
  public TrainingOptionsBuilder until(double value) {
    until = value;
    return this;
  }

  /** For how many steps the accuracy has to hold before the run ends. */
  public TrainingOptionsBuilder sustain(int value) {
    sustain = value;
    return this;
  }

  /** Whether the run ends then, or goes on to the last step. */
  public TrainingOptionsBuilder stopEarly(boolean value) {
    stopEarly = value;
    return this;
  }

  /** The seed of the shuffles. */
  public TrainingOptionsBuilder seed(long value) {
    seed = value;
    return this;
  }

  /** The number of threads within an operation. */
  public TrainingOptionsBuilder threads(int value) {
    threads = value;
    return this;
  }

  /** What the caller wants to find again when a run is resumed. */
  public TrainingOptionsBuilder arguments(Map<String, String> value) {
    arguments = value;
    return this;
  }

  /** The options. */
  public TrainingOptions build() {
    return new TrainingOptions(
        optimizer,
        adam,
        filter,
        clipNorm,
        batch,
        steps,
        validateEvery,
        checkpointEvery,
        until,
        sustain,
        stopEarly,
        seed,
        threads,
        arguments);
  }
}
