package org.grokfast.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;

/** Where a form of training graph keeps what lasts from step to step. */
interface StateStore {

  /**
   * A state to be.
   *
   * @param path its name, if that is free
   * @param type the type of its elements
   * @param shape its dimensions
   * @param initial the value of all its elements before the first step
   */
  record Spec(String path, DataType type, List<Long> shape, double initial) {
    /** Makes the shape immutable. */
    public Spec {
      shape = List.copyOf(shape);
    }
  }

  /**
   * A state.
   *
   * @param name its name
   * @param old its value before this step
   */
  record State(String name, Tensor old) {}

  /** Adds a state. What has to be computed to read it goes to {@code nodes}. */
  State declare(Spec spec, OnnxNodes nodes);

  /** Writes the value after this step; once for each state. */
  void write(State state, Tensor value, OnnxNodes nodes);

  /** Adds a state that only the user changes, between steps. */
  default Tensor parameter(Spec spec, OnnxNodes nodes) {
    State state = declare(spec, nodes);
    write(state, state.old(), nodes);
    return state.old();
  }

  /** The type in which steps are counted. */
  default DataType counterType() {
    return DataType.INT64;
  }

  /** The value that goes into a ring, once all that reads the ring has done so. */
  default Tensor afterRead(Tensor value, Tensor read, OnnxNodes nodes) {
    return value;
  }
}
