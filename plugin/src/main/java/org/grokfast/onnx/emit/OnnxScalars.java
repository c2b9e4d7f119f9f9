package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.grokfast.filter.algebra.FilterOps.ScalarOp;
import org.grokfast.onnx.graph.Tensor;
import org.grokfast.onnx.graph.TensorValues;
import org.grokfast.rewrite.InsertedNames;

/**
 * The scalars that all sites of a graph share: the step number, parameters, the schedule. Float64,
 * each computed once, at the start of the graph.
 */
final class OnnxScalars {
  private static final String PREFIX = InsertedNames.of(InsertedNames.SCHEDULE);

  /** What the step number is known as. */
  private static final String STEP = "step";

  private final OnnxNodes nodes;
  private final StateStore store;
  private final boolean tunable;
  private final Map<String, Tensor> known = new HashMap<>();
  private final Optional<OnnxScalars> start;
  private final Optional<String> counter;

  /**
   * Scalars of one graph.
   *
   * @param nodes where nodes go
   * @param store where the step and the parameters live
   * @param tunable whether parameters are state, which can be changed between steps
   */
  OnnxScalars(OnnxNodes nodes, StateStore store, boolean tunable) {
    this.nodes = nodes;
    this.store = store;
    this.tunable = tunable;
    this.start = Optional.empty();
    this.counter = Optional.of(InsertedNames.of(InsertedNames.STEP));
  }

  private OnnxScalars(
      OnnxScalars start, OnnxNodes nodes, StateStore store, Optional<String> counter) {
    this.nodes = nodes;
    this.store = store;
    this.tunable = start.tunable;
    this.start = Optional.of(start);
    this.counter = counter;
    known.putAll(start.known);
  }

  /**
   * Scalars of another place, which may be made from what the graph computes before it. What is
   * known here is known there too, the step number as well.
   */
  OnnxScalars at(OnnxNodes place) {
    return new OnnxScalars(this, place, store, Optional.empty());
  }

  /**
   * The same with steps of its own count, for a state that has to be told whether it has begun: it
   * may be newer than the others where a model is rewritten in the midst of training.
   *
   * @param path the counter's name, if that is free
   */
  OnnxScalars counting(OnnxNodes place, String path) {
    return counting(place, path, store);
  }

  /**
   * The same for steps that not all count.
   *
   * @param states where the counter lives
   */
  OnnxScalars counting(OnnxNodes place, String path, StateStore states) {
    OnnxScalars own = new OnnxScalars(this, place, states, Optional.of(path));
    own.known.remove(STEP);
    return own;
  }

  /** The number of this step, 1 in the first. */
  Tensor stepNumber() {
    if (counter.isEmpty()) {
      return start.orElseThrow().stepNumber();
    }
    return once(
        STEP,
        () -> {
          DataType type = store.counterType();
          StateStore.State step =
              store.declare(new StateStore.Spec(counter.get(), type, List.of(), 0), nodes);
          Tensor one = nodes.constant(PREFIX + "/one", TensorValues.scalar(type, 1));
          // The one reader of the counter is what it is written from: no order is left open.
          Tensor next = nodes.node(PREFIX + "/next", "Add").input(step.old(), one).emit(type);
          store.write(step, next, nodes);
          return nodes.cast(PREFIX, next, DataType.DOUBLE);
        });
  }

  /** A parameter, under its own name whether or not it can be changed. */
  Tensor parameter(String path, double value) {
    if (start.isPresent()) {
      return start.get().parameter(path, value);
    }
    return once("parameter " + path, () -> newParameter(InsertedNames.of(path), value));
  }

  private Tensor newParameter(String name, double value) {
    return tunable
        ? store.parameter(new StateStore.Spec(name, DataType.DOUBLE, List.of(), value), nodes)
        : nodes.constant(name, TensorValues.scalar(DataType.DOUBLE, value));
  }

  Tensor constant(double value) {
    return once(
        "constant " + value,
        () -> nodes.constant(PREFIX + "/constant", TensorValues.scalar(DataType.DOUBLE, value)));
  }

  Tensor scalar(ScalarOp op, Tensor a, Tensor b) {
    return switch (op) {
      case ADD -> shared("Add", DataType.DOUBLE, a, b);
      case SUBTRACT -> shared("Sub", DataType.DOUBLE, a, b);
      case MULTIPLY -> shared("Mul", DataType.DOUBLE, a, b);
      case DIVIDE -> shared("Div", DataType.DOUBLE, a, b);
      case POWER -> shared("Pow", DataType.DOUBLE, a, b);
      case LESS -> shared("Less", DataType.BOOL, a, b);
      case MINIMUM -> select(scalar(ScalarOp.LESS, a, b), a, b);
      case MODULO ->
          once(
              "Mod " + List.of(a, b),
              () ->
                  nodes
                      .node(PREFIX + "/Mod", "Mod")
                      .input(a, b)
                      .with("fmod", 1)
                      .emit(DataType.DOUBLE));
    };
  }

  Tensor select(Tensor condition, Tensor a, Tensor b) {
    return shared("Where", DataType.DOUBLE, condition, a, b);
  }

  /** A scalar in another type. */
  Tensor cast(Tensor scalar, DataType type) {
    return once("cast " + scalar + " " + type, () -> nodes.cast(PREFIX, scalar, type));
  }

  /** Zero of a type. */
  Tensor zero(DataType type) {
    return once(
        "zero " + type, () -> nodes.constant(PREFIX + "/zero", TensorValues.scalar(type, 0)));
  }

  /** Infinity of a type. */
  Tensor infinity(DataType type) {
    return once(
        "infinity " + type,
        () ->
            nodes.constant(
                PREFIX + "/infinity", TensorValues.scalar(type, Double.POSITIVE_INFINITY)));
  }

  /** Whether a scalar of the given type is zero. */
  Tensor isZero(Tensor scalar) {
    return shared("Equal", DataType.BOOL, scalar, zero(scalar.type()));
  }

  /** The number of a ring's slot as a list of indices that Gather takes. */
  Tensor index(Tensor number) {
    return cast(number, DataType.INT64);
  }

  /** The same for ScatterND: of shape [1, 1]. */
  Tensor scatterIndex(Tensor number) {
    return once(
        "scatter " + number, () -> nodes.unsqueeze(PREFIX, nodes.unsqueeze(PREFIX, index(number))));
  }

  private Tensor shared(String op, DataType result, Tensor... inputs) {
    return once(
        op + " " + List.of(inputs),
        () -> nodes.node(PREFIX + "/" + op, op).input(inputs).emit(result));
  }

  private Tensor once(String key, Supplier<Tensor> emission) {
    Tensor tensor = known.get(key);
    if (tensor == null) {
      tensor = emission.get();
      known.put(key, tensor);
    }
    return tensor;
  }
}
