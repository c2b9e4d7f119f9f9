package org.grokfast.tensorflow.emit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.DataType;

/** The variables that filters keep, all declared in the main graph. */
final class FilterState {
  private final NodeEmitter main;
  private final VariableNode.Kind kind;
  private final List<StateVariable> variables = new ArrayList<>();
  private final Map<String, StateVariable> shared = new HashMap<>();
  private final Map<String, StateVariable> parameters = new HashMap<>();

  /**
   * No variables yet.
   *
   * @param main the emitter of the main graph
   * @param kind the family of scalar variables
   */
  FilterState(NodeEmitter main, VariableNode.Kind kind) {
    this.main = main;
    this.kind = kind;
  }

  /** What has been declared, in order. */
  List<StateVariable> variables() {
    return Collections.unmodifiableList(variables);
  }

  /** A new tensor of zeros. */
  StateVariable zeros(StateVariable.Spec spec) {
    return added(StateVariable.zeros(main, spec));
  }

  /** A tensor of zeros, the same for the same key. */
  StateVariable sharedZeros(String key, StateVariable.Spec spec) {
    return shared.computeIfAbsent("state " + key, k -> zeros(spec));
  }

  /** A counter of steps, the same for the same key. */
  StateVariable sharedStep(String key) {
    return shared.computeIfAbsent("step " + key, k -> step());
  }

  /** A new counter of steps. */
  StateVariable step() {
    return added(
        StateVariable.scalar(
            main, scalarSpec(InsertedNames.STEP, DataType.DT_INT64), Attrs.scalar(0L)));
  }

  /**
   * A parameter, the same for the same path: the op {@code <name>/set} changes it from the
   * placeholder {@code <name>/new_value}.
   */
  StateVariable parameter(String path, double value) {
    StateVariable known = parameters.get(path);
    if (known != null) {
      return known;
    }
    StateVariable variable =
        added(
            StateVariable.scalar(main, scalarSpec(path, DataType.DT_DOUBLE), Attrs.scalar(value)));
    Out newValue =
        main.node(variable.name() + InsertedNames.NEW_VALUE, "Placeholder")
            .attr("dtype", Attrs.type(DataType.DT_DOUBLE))
            .attr("shape", Attrs.shape(List.of()))
            .emit(DataType.DT_DOUBLE);
    variable.assign(InsertedNames.SET.substring(1), newValue);
    parameters.put(path, variable);
    return variable;
  }

  /** The names of the parameters' variables, by path: {@code lamb}, {@code w/lamb}. */
  Map<String, String> parameters() {
    Map<String, String> names = new TreeMap<>();
    parameters.forEach((path, variable) -> names.put(path, variable.name()));
    return names;
  }

  private StateVariable added(StateVariable variable) {
    variables.add(variable);
    return variable;
  }

  private StateVariable.Spec scalarSpec(String path, DataType type) {
    return new StateVariable.Spec(InsertedNames.of(path), type, List.of(), kind, Optional.empty());
  }
}
