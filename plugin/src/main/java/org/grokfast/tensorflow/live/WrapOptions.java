package org.grokfast.tensorflow.live;

import java.util.function.UnaryOperator;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Unfiltered;
import org.grokfast.filter.options.VariableOverride;
import org.grokfast.pass.StepPass;
import org.grokfast.rewrite.coverage.UnfilteredVariables;

/**
 * How a live graph is wrapped. Immutable; start from {@link #of}.
 *
 * <pre>{@code
 * WrappedGraph wrapped =
 *     Grokfast.wrap(
 *         graph,
 *         train,
 *         WrapOptions.of(Ema.of(0.98, 2))
 *             .include("kernel")
 *             .overrides(VariableOverride.lamb("^head/", 0.5))
 *             .fixAdamOrder());
 * }</pre>
 *
 * @param filter what to insert, with the variables that it is for
 * @param saver whether a saver is added where the graph has none
 * @param adamOrder whether updates of Adam's powers of beta are put behind the ops that read them
 * @param unfiltered what to do where the train op trains variables that can't be filtered
 */
public record WrapOptions(
    GradientFilter filter, Saver saver, boolean adamOrder, UnfilteredVariables unfiltered) {

  /** Options with which a train op is refused that trains variables which can't be filtered. */
  public WrapOptions(GradientFilter filter, Saver saver, boolean adamOrder) {
    this(filter, saver, adamOrder, UnfilteredVariables.REFUSE);
  }

  /** Whether a saver is added to a graph that has none. */
  public enum Saver {
    /**
     * Where every update of the graph is filtered or left out on purpose then; where others are
     * left, another wrapping may follow, whose state the saver would not know.
     */
    WHERE_COMPLETE,
    /** Always. */
    ALWAYS,
    /** Never: TensorFlow Java adds its own when the session is first saved or restored. */
    NEVER
  }

  /** No filter, and passes over the weights of all variables. */
  public static WrapOptions ofPasses(StepPass... passes) {
    return of(Unfiltered.with(passes));
  }

  /** A filter for the variables that its options select. */
  public static WrapOptions of(GradientFilter filter) {
    return new WrapOptions(filter, Saver.WHERE_COMPLETE, false);
  }

  /**
   * The same for variables whose name contains a match of one of these, as with {@code --include}.
   *
   * @param patterns regular expressions
   * @throws IllegalArgumentException if one is none
   */
  public WrapOptions include(String... patterns) {
    return with(options -> options.include(patterns));
  }

  /**
   * The same without variables whose name contains a match of one of these, as with {@code
   * --exclude}.
   *
   * @param patterns regular expressions
   * @throws IllegalArgumentException if one is none
   */
  public WrapOptions exclude(String... patterns) {
    return with(options -> options.exclude(patterns));
  }

  /**
   * The same with parameters for some variables, as with {@code --override}; the first that matches
   * wins.
   *
   * @throws IllegalArgumentException if the filter lacks a parameter that is set
   */
  public WrapOptions overrides(VariableOverride... rules) {
    return with(options -> options.overrides(rules));
  }

  /**
   * The same with passes over the weights of all variables, as with {@code --lookahead} and {@code
   * --decoupled-weight-decay}; each kind once.
   *
   * <pre>{@code
   * WrapOptions.of(Ema.of(0.98, 2)).passes(DecoupledWeightDecay.of(0.01).except("bias"));
   * }</pre>
   *
   * @throws IllegalArgumentException if a kind is there twice
   */
  public WrapOptions passes(StepPass... passes) {
    return with(options -> options.passes(passes));
  }

  private WrapOptions with(UnaryOperator<FilterOptions.Builder> change) {
    FilterOptions options = change.apply(filter.options().toBuilder()).build();
    return new WrapOptions(filter.withOptions(options), saver, adamOrder, unfiltered);
  }

  /**
   * The same with Adam's powers of beta in order, as with {@code --fix-adam-order}: TensorFlow
   * Java's {@code Adam} leaves open whether a step sees the power before or after its update, so
   * that two runs differ. The filtered train op updates it after the ops that read it; the op that
   * was wrapped stays as it is.
   */
  public WrapOptions fixAdamOrder() {
    return new WrapOptions(filter, saver, true, unfiltered);
  }

  /**
   * The same with a saver in any case. It saves the variables that there are now; those that are
   * added later are not saved.
   */
  public WrapOptions withSaver() {
    return new WrapOptions(filter, Saver.ALWAYS, adamOrder, unfiltered);
  }

  /**
   * The same without a saver: TensorFlow Java then adds its own at the first save or restore. It
   * saves all variables that there are at that time, and refuses checkpoints without the filter's
   * state; {@link WrappedGraph#restore} takes them.
   */
  public WrapOptions withoutSaver() {
    return new WrapOptions(filter, Saver.NEVER, adamOrder, unfiltered);
  }

  /**
   * The same for a train op that also trains variables which can't be filtered, as with {@code
   * --allow-unfiltered}: the others are filtered, and the report names these first. Without this
   * call, such a train op is refused.
   */
  public WrapOptions allowUnfiltered() {
    return new WrapOptions(filter, saver, adamOrder, UnfilteredVariables.ALLOW);
  }
}
