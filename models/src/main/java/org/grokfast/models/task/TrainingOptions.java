package org.grokfast.models.task;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grokfast.filter.GradientFilter;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.LearningRateDecay;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.pass.StepPass;

/**
 * How a task is trained. Make one with {@link #builder()}.
 *
 * @param optimizer the optimizer
 * @param adam the optimizer's options
 * @param filter the filter between the gradients and the optimizer; empty for none
 * @param clipNorm the global norm to which the gradients are clipped before the filter; 0 for none
 * @param batch the number of examples of a step; the last step of an epoch takes what is left
 * @param steps the largest number of updates
 * @param validateEvery the number of steps between validations; ≥ 1
 * @param checkpointEvery the number of steps between checkpoints; 0 for one at the end alone
 * @param keepCheckpoints how many of the newest checkpoints are kept, ≥ 1; 0 for all
 * @param until the validation accuracy to be crossed, in (0, 1]
 * @param sustain for how many steps it has to hold before the run ends
 * @param stopEarly whether the run ends then, or goes on to {@code steps}
 * @param seed the seed of the shuffles
 * @param threads the number of threads within an operation; ≥ 1
 * @param arguments what the caller wants to find again when a run is resumed; not interpreted
 */
public record TrainingOptions(
    OptimizerKind optimizer,
    AdamOptions adam,
    Optional<GradientFilter> filter,
    double clipNorm,
    int batch,
    int steps,
    int validateEvery,
    int checkpointEvery,
    int keepCheckpoints,
    double until,
    int sustain,
    boolean stopEarly,
    long seed,
    int threads,
    Map<String, String> arguments) {

  /** The reference's options, without a filter. */
  public static final TrainingOptions DEFAULTS = builder().build();

  /**
   * @throws IllegalArgumentException if a number is outside its range, or weights would decay twice
   */
  public TrainingOptions {
    require("batch", batch, 1);
    require("steps", steps, 1);
    require("validation interval", validateEvery, 1);
    require("checkpoint interval", checkpointEvery, 0);
    require("kept checkpoints", keepCheckpoints, 0);
    require("sustain", sustain, 0);
    require("threads", threads, 1);
    if (!(until > 0 && until <= 1)) {
      throw new IllegalArgumentException("until must be in (0, 1], was " + until);
    }
    if (!(clipNorm >= 0) || Double.isInfinite(clipNorm)) {
      throw new IllegalArgumentException("clip norm must be finite and >= 0, was " + clipNorm);
    }
    if (optimizer == OptimizerKind.MUON && adam.muon().matrices().isEmpty()) {
      throw new IllegalArgumentException(
          "optimizer muon needs matrices, a regular expression for the names of the hidden layers'"
              + " matrices, without embeddings and the last layer; such as '^layers/'");
    }
    if (optimizer == OptimizerKind.OWN && !(adam.equals(AdamOptions.DEFAULTS) && clipNorm == 0)) {
      throw new IllegalArgumentException(
          "optimizer own is the one in the task's graph, with its own settings; lr, weight-decay,"
              + " beta1, beta2, epsilon, warmup-steps, schedule and clip-norm can't be set");
    }
    if (optimizer.isDecoupled() && (adam.weightDecay() > 0 || adam.muon().weightDecay() > 0)) {
      filter.stream()
          .flatMap(f -> f.options().passes().stream())
          .filter(StepPass::shrinks)
          .filter(pass -> !leavesSomeOut(pass))
          .findFirst()
          .ifPresent(
              pass -> {
                throw new IllegalArgumentException(
                    optimizer.cliName()
                        + " shrinks weights by weight-decay already, and "
                        + pass.kind().name()
                        + " would shrink them twice; give one of the two, "
                        + (pass.kind().variables().named()
                            ? "or optimizer adam"
                            : "optimizer adam, or "
                                + pass.kind().variables().option()
                                + " for the variables that are not to shrink further"));
              });
    }
    arguments = Map.copyOf(arguments);
  }

  /** Whether a pass leaves variables out: then it is meant to shrink the others further. */
  private static boolean leavesSomeOut(StepPass pass) {
    return !pass.kind().variables().named() && !pass.patterns().isEmpty();
  }

  /**
   * Why no run with these options can have a sustained crossing: it has too few steps after its
   * first validation.
   *
   * @return nothing if one can have
   */
  public Optional<String> tooShortToSustain() {
    long validations = 1 + ((long) sustain + validateEvery - 1) / validateEvery;
    long needed = validations * validateEvery;
    return steps >= needed
        ? Optional.empty()
        : Optional.of(
            "with steps "
                + steps
                + " and sustain "
                + sustain
                + " no run can have a sustained crossing: it needs at least "
                + needed
                + " steps, the first validation and those for which the accuracy has to hold");
  }

  /** A builder that starts with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts with these options. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.optimizer = optimizer;
    builder.adam = adam;
    builder.filter = filter;
    builder.clipNorm = clipNorm;
    builder.batch = batch;
    builder.steps = steps;
    builder.validateEvery = validateEvery;
    builder.checkpointEvery = checkpointEvery;
    builder.keepCheckpoints = keepCheckpoints;
    builder.until = until;
    builder.sustain = sustain;
    builder.stopEarly = stopEarly;
    builder.seed = seed;
    builder.threads = threads;
    builder.arguments = arguments;
    return builder;
  }

  /**
   * What the course of the training depends on, as text. A run continues a checkpoint only if the
   * two agree; the limits, at which a run ends, may differ.
   */
  public SortedMap<String, String> trajectory() {
    SortedMap<String, String> map = new TreeMap<>();
    map.put("optimizer", optimizer.cliName());
    if (optimizer != OptimizerKind.OWN) {
      map.put("learning-rate", Double.toString(adam.learningRate()));
      map.put("beta1", Double.toString(adam.beta1()));
      map.put("beta2", Double.toString(adam.beta2()));
      map.put("epsilon", Double.toString(adam.epsilon()));
      map.put("weight-decay", Double.toString(adam.weightDecay()));
      map.put("warmup-steps", Integer.toString(adam.warmupSteps()));
      map.put("clip-norm", Double.toString(clipNorm));
    }
    if (adam.decay().shape() != LearningRateDecay.Shape.CONSTANT) {
      map.put("schedule", adam.decay().describe());
    }
    if (optimizer == OptimizerKind.MUON) {
      map.put("matrices", adam.muon().matrices());
      map.put("matrix-lr", Double.toString(adam.muon().learningRate()));
      map.put("momentum", Double.toString(adam.muon().momentum()));
      map.put("matrix-weight-decay", Double.toString(adam.muon().weightDecay()));
    }
    map.put("filter", filter.map(GradientFilter::describe).orElse("none"));
    map.put("batch", Integer.toString(batch));
    map.put("validate-every", Integer.toString(validateEvery));
    map.put("until", Double.toString(until));
    map.put("seed", Long.toString(seed));
    map.put("threads", Integer.toString(threads));
    return map;
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be >= " + least + ", was " + value);
    }
  }

  /** Collects {@link TrainingOptions}; what isn't set keeps the reference's value. */
  public static final class Builder {
    private OptimizerKind optimizer = OptimizerKind.ADAM;
    private AdamOptions adam = AdamOptions.DEFAULTS;
    private Optional<GradientFilter> filter = Optional.empty();
    private double clipNorm;
    private int batch = 512;
    private int steps = 300_000;
    private int validateEvery = 10;
    private int checkpointEvery = 1_000;
    private int keepCheckpoints = 2;
    private double until = 0.95;
    private int sustain = 200;
    private boolean stopEarly = true;
    private long seed;
    private int threads = Runtime.getRuntime().availableProcessors();
    private Map<String, String> arguments = Map.of();

    private Builder() {}

    /** The optimizer; Adam by default. */
    public Builder optimizer(OptimizerKind value) {
      optimizer = value;
      return this;
    }

    /** The optimizer's options. */
    public Builder adam(AdamOptions value) {
      adam = value;
      return this;
    }

    /** The filter; none by default. */
    public Builder filter(GradientFilter value) {
      filter = Optional.of(value);
      return this;
    }

    /** The filter, if there is one. */
    public Builder filter(Optional<GradientFilter> value) {
      filter = value;
      return this;
    }

    /**
     * The global norm to which gradients are clipped before the filter; 0, the default, for none.
     */
    public Builder clipNorm(double value) {
      clipNorm = value;
      return this;
    }

    /** The number of examples of a step. */
    public Builder batch(int value) {
      batch = value;
      return this;
    }

    /** The largest number of updates. */
    public Builder steps(int value) {
      steps = value;
      return this;
    }

    /** The number of steps between validations. */
    public Builder validateEvery(int value) {
      validateEvery = value;
      return this;
    }

    /** The number of steps between checkpoints; 0 for one at the end alone. */
    public Builder checkpointEvery(int value) {
      checkpointEvery = value;
      return this;
    }

    /** How many of the newest checkpoints are kept; 0 for all. */
    public Builder keepCheckpoints(int value) {
      keepCheckpoints = value;
      return this;
    }

    /** The validation accuracy to be crossed, in (0, 1]. */
    public Builder until(double value) {
      until = value;
      return this;
    }

    /** For how many steps the accuracy has to hold before the run ends. */
    public Builder sustain(int value) {
      sustain = value;
      return this;
    }

    /** Whether the run ends then, or goes on to the last step. */
    public Builder stopEarly(boolean value) {
      stopEarly = value;
      return this;
    }

    /** The seed of the shuffles. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** The number of threads within an operation. */
    public Builder threads(int value) {
      threads = value;
      return this;
    }

    /** What the caller wants to find again when a run is resumed. */
    public Builder arguments(Map<String, String> value) {
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
          keepCheckpoints,
          until,
          sustain,
          stopEarly,
          seed,
          threads,
          arguments);
    }
  }
}
