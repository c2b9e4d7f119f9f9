package org.grokfast.tensorflow.emit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.grokfast.filter.algebra.FilterOps.ScalarOp;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.tensorflow.proto.DataType;

/**
 * The scalars of a graph or function: each distinct one is computed once a step, however many
 * variables use it. They are float64 and not placed on a device, so that TensorFlow puts each where
 * it has a kernel for it; where variables are placed on tasks of a cluster, on the task of the
 * first.
 */
final class Scalars {
  private static final String SCHEDULE = InsertedNames.of(InsertedNames.SCHEDULE) + "/";

  private final NodeEmitter emitter;
  private final FilterState state;
  private final boolean tunable;
  private final Arrival arrival;
  private final Map<String, Out> known = new HashMap<>();
  private final Map<String, StepCounter> counters = new HashMap<>();

  /**
   * Scalars of one graph or function.
   *
   * @param emitter where nodes go
   * @param state where variables are declared
   * @param tunable whether parameters are variables
   * @param arrival what counters wait for
   */
  Scalars(NodeEmitter emitter, FilterState state, boolean tunable, Arrival arrival) {
    this.emitter = emitter;
    this.state = state;
    this.tunable = tunable;
    this.arrival = arrival;
  }

  /** What counters wait for. */
  Arrival arrival() {
    return arrival;
  }

  /** Where nodes go. */
  NodeEmitter nodes() {
    return emitter;
  }

  /**
   * The counter of steps of one group of sites.
   *
   * @param number the number of this step as float64, 1 in the first
   * @param update the node that moves the counter
   */
  record StepCounter(Out number, Out update) {}

  /**
   * The counter shared by all sites with this trigger.
   *
   * @param first gives the nodes that it waits for, when it is made
   */
  StepCounter counter(String trigger, Supplier<List<String>> first) {
    return counters.computeIfAbsent(trigger, t -> newCounter(state.step(), first.get()));
  }

  /**
   * A counter of its own for a site in a branch.
   *
   * @param alive a node that is dead in the steps in which the branch is not taken; the counter
   *     then stays where it is
   */
  StepCounter conditionalCounter(String alive) {
    return newCounter(state.step(), List.of(alive));
  }

  /**
   * A counter that sites elsewhere move as well, in steps in which those of this graph don't run.
   *
   * @param key what names it
   * @param first gives the nodes that it waits for, when it is made
   */
  StepCounter sharedCounter(String key, Supplier<List<String>> first) {
    return counters.computeIfAbsent(
        "shared by " + key, k -> newCounter(state.sharedStep(key), first.get()));
  }

  /** Such a counter of a site in a branch, and nodes that are dead where it is not taken. */
  StepCounter sharedConditionalCounter(String key, String alive) {
    return newCounter(state.sharedStep(key), List.of(alive));
  }

  /**
   * A counter that another site of this graph moves before, in the same step.
   *
   * @param key what names it
   * @param before nodes that come after the other site
   */
  StepCounter nextCounter(String key, List<String> before) {
    return newCounter(state.sharedStep(key).in(emitter).after(before), List.of());
  }

  private StepCounter newCounter(StateVariable variable, List<String> after) {
    StateVariable step = variable.in(emitter);
    Out one =
        emitter
            .node(step.name() + "/one", "Const")
            .atHome()
            .attr("dtype", Attrs.type(DataType.DT_INT64))
            .attr("value", Attrs.scalar(1L))
            .emit(DataType.DT_INT64);
    // The one reader of the counter is what it is written from, so that no order is left open.
    Out next =
        emitter
            .node(step.name() + "/next", "AddV2")
            .atHome()
            .input(step.read(), one)
            .attr("T", Attrs.type(DataType.DT_INT64))
            .emit(DataType.DT_INT64);
    return new StepCounter(cast(next, DataType.DT_DOUBLE), step.assign("update", next, after));
  }

  /**
   * A parameter: a variable that the op {@code <name>/set} changes from the placeholder {@code
   * <name>/new_value}, or a constant where the filter is not tunable.
   */
  Out parameter(String path, double value) {
    return tunable
        ? known.computeIfAbsent(
            "parameter " + path, key -> state.parameter(path, value).in(emitter).read())
        : constant(value);
  }

  Out constant(double value) {
    return known.computeIfAbsent(
        "constant " + value,
        key ->
            emitter
                .node(SCHEDULE + "constant", "Const")
                .atHome()
                .attr("dtype", Attrs.type(DataType.DT_DOUBLE))
                .attr("value", Attrs.scalar(value))
                .emit(DataType.DT_DOUBLE));
  }

  Out scalar(ScalarOp op, Out a, Out b) {
    return shared(OpNames.of(op), typeOf(op), a, b);
  }

  /** The type of an operation's result. */
  static DataType typeOf(ScalarOp op) {
    return op == ScalarOp.LESS ? DataType.DT_BOOL : DataType.DT_DOUBLE;
  }

  Out select(Out condition, Out a, Out b) {
    return shared("SelectV2", DataType.DT_DOUBLE, condition, a, b);
  }

  private Out shared(String op, DataType result, Out... inputs) {
    return known.computeIfAbsent(
        op + " " + List.of(inputs),
        key ->
            emitter
                .node(SCHEDULE + op, op)
                .atHome()
                .input(inputs)
                .attr("T", Attrs.type(DataType.DT_DOUBLE))
                .emit(result));
  }

  /** A scalar in another type. */
  Out cast(Out scalar, DataType type) {
    if (scalar.type() == type) {
      return scalar;
    }
    return known.computeIfAbsent(
        "cast " + scalar + " " + type,
        key ->
            emitter
                .node(SCHEDULE + "Cast", "Cast")
                .atHome()
                .input(scalar)
                .attr("SrcT", Attrs.type(scalar.type()))
                .attr("DstT", Attrs.type(type))
                .emit(type));
  }
}
