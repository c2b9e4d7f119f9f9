package org.grokfast.filter;

import java.util.List;
import java.util.Optional;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.NonFinite;
import org.grokfast.filter.options.Schedule;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.filter.options.Tunable;
import org.grokfast.filter.options.VariableOverride;
import org.grokfast.filter.options.VariableSelection;
import org.grokfast.pass.Passes;
import org.grokfast.pass.StepPass;
import org.grokfast.probe.ProbeSetting;

/**
 * The options that every filter takes. Immutable; start from {@link #DEFAULTS} or {@link
 * #builder()}.
 *
 * @param schedule when the filter amplifies
 * @param selection which variables it filters
 * @param statePrecision the format in which state is stored; empty for float32, or float64 where
 *     the gradient is float64
 * @param nonFinite what happens to NaN and infinite elements
 * @param sparse what happens to sparse gradients
 * @param compensateLearningRate whether the output is divided by 1 + lamb, for optimizers that are
 *     not invariant to the gradient's scale
 * @param tunable whether alpha and lamb live in scalar variables of the graph, so that a running
 *     session can change them, rather than in constants
 * @param probes what is measured beside the filter, each probe once; it changes no weight
 * @param passes what is done to the weights beside the filter, in the order of a step
 */
public record FilterOptions(
    Schedule schedule,
    VariableSelection selection,
    Optional<Precision> statePrecision,
    NonFinite nonFinite,
    SparseGradients sparse,
    boolean compensateLearningRate,
    Tunable tunable,
    List<ProbeSetting> probes,
    List<StepPass> passes) {

  /**
   * Always, every variable, NaN propagated, rate untouched, tunable where the graph keeps state.
   */
  public static final FilterOptions DEFAULTS =
      new FilterOptions(
          Schedule.ALWAYS,
          VariableSelection.ALL,
          Optional.empty(),
          NonFinite.PROPAGATE,
          SparseGradients.DENSIFY,
          false,
          Tunable.AUTO,
          List.of(),
          List.of());

  /**
   * Makes the lists immutable.
   *
   * @throws IllegalArgumentException if a probe or a kind of pass is there twice
   */
  public FilterOptions {
    probes = List.copyOf(probes);
    passes = Passes.inOrder(passes);
    ProbeSetting.requireDistinct(probes);
  }

  /** A builder that starts from {@link #DEFAULTS}. */
  public static Builder builder() {
    return DEFAULTS.toBuilder();
  }

  /** A builder that starts from these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /**
   * The format in which the state of a gradient is stored. Formats narrower than float32 are never
   * chosen by themselves: an average with alpha 0.98 of a constant 1 stalls at 0.90 in bfloat16 and
   * at 0.988 in float16.
   */
  public Precision storage(Precision gradient) {
    return statePrecision.orElse(gradient.computation());
  }

  /** The format in which the filter of a gradient computes. */
  public Precision computation(Precision gradient) {
    return gradient.computation().widest(storage(gradient));
  }

  /** Whether alpha and lamb can be changed, where the form of the graph doesn't forbid it. */
  public boolean isTunable() {
    return tunable != Tunable.NO;
  }

  String describe() {
    return "start-step="
        + schedule.start()
        + ", stop-step="
        + (schedule.stop() == Schedule.NEVER ? "none" : schedule.stop())
        + ", ramp-steps="
        + schedule.ramp()
        + ", include="
        + selection.include()
        + ", exclude="
        + selection.exclude()
        + ", overrides="
        + selection.overrides()
        + ", state-dtype="
        + statePrecision.map(Precision::label).orElse("auto")
        + ", non-finite="
        + nonFinite.name().toLowerCase(java.util.Locale.ROOT)
        + ", sparse="
        + sparse.name().toLowerCase(java.util.Locale.ROOT)
        + ", compensate-lr="
        + compensateLearningRate
        + ", tunable="
        + isTunable()
        + (probes.isEmpty() ? "" : ", probes=" + probes.stream().map(ProbeSetting::text).toList())
        + (passes.isEmpty() ? "" : ", passes=" + passes.stream().map(StepPass::text).toList());
  }

  /** Builds {@link FilterOptions}. */
  public static final class Builder {
    private long start;
    private long stop;
    private long ramp;
    private List<String> include;
    private List<String> exclude;
    private List<VariableOverride> overrides;
    private Optional<Precision> statePrecision;
    private NonFinite nonFinite;
    private SparseGradients sparse;
    private boolean compensateLearningRate;
    private Tunable tunable;
    private List<ProbeSetting> probes;
    private List<StepPass> passes;

    private Builder(FilterOptions from) {
      start = from.schedule.start();
      stop = from.schedule.stop();
      ramp = from.schedule.ramp();
      include = from.selection.include();
      exclude = from.selection.exclude();
      overrides = from.selection.overrides();
      statePrecision = from.statePrecision;
      nonFinite = from.nonFinite;
      sparse = from.sparse;
      compensateLearningRate = from.compensateLearningRate;
      tunable = from.tunable;
      probes = from.probes;
      passes = from.passes;
    }

    /** The first step, counted from 0, that is amplified; ≥ 0. */
    public Builder startStep(long step) {
      start = step;
      return this;
    }

    /** The first step that is no longer amplified; after the start. */
    public Builder stopStep(long step) {
      stop = step;
      return this;
    }

    /** The number of steps over which lamb grows from 0; ≥ 0. */
    public Builder rampSteps(long steps) {
      ramp = steps;
      return this;
    }

    /** Regular expressions, one of which a filtered variable's name must contain. */
    public Builder include(String... patterns) {
      include = List.of(patterns);
      return this;
    }

    /** Regular expressions, none of which a filtered variable's name may contain. */
    public Builder exclude(String... patterns) {
      exclude = List.of(patterns);
      return this;
    }

    /** Parameters for some variables; the first that matches wins. */
    public Builder overrides(VariableOverride... rules) {
      overrides = List.of(rules);
      return this;
    }

    /** The format in which state is stored, whatever the gradient's. */
    public Builder statePrecision(Precision precision) {
      statePrecision = Optional.of(precision);
      return this;
    }

    /** What happens to NaN and infinite elements. */
    public Builder nonFinite(NonFinite treatment) {
      nonFinite = treatment;
      return this;
    }

    /** What happens to sparse gradients. */
    public Builder sparse(SparseGradients treatment) {
      sparse = treatment;
      return this;
    }

    /** Whether the output is divided by 1 + lamb. */
    public Builder compensateLearningRate(boolean compensate) {
      compensateLearningRate = compensate;
      return this;
    }

    /** Whether alpha and lamb can be changed in a running session. */
    public Builder tunable(boolean canChange) {
      return tunable(canChange ? Tunable.YES : Tunable.NO);
    }

    /** Whether alpha and lamb can be changed in a running session. */
    public Builder tunable(Tunable when) {
      tunable = when;
      return this;
    }

    /** What is measured beside the filter, each probe once; it changes no weight. */
    public Builder probes(ProbeSetting... settings) {
      probes = List.of(settings);
      return this;
    }

    /** What is done to the weights beside the filter, each kind of pass once. */
    public Builder passes(StepPass... each) {
      passes = List.of(each);
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException if a value is out of its range, or a probe or a kind of pass
     *     is there twice
     */
    public FilterOptions build() {
      return new FilterOptions(
          new Schedule(start, stop, ramp),
          new VariableSelection(include, exclude, overrides),
          statePrecision,
          nonFinite,
          sparse,
          compensateLearningRate,
          tunable,
          probes,
          passes);
    }
  }
}
