package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;
import org.grokfast.onnx.graph.Tensor;

/** Where a form of training graph keeps what lasts from step to step. */
public interface StateStore {

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

    /** The same under a longer path. */
    Spec under(String name) {
      return new Spec(path + "/" + name, type, shape, initial);
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

  /**
   * The gradient to filter where that is not the tensor itself.
   *
   * @param raw the gradient in its own type
   * @param path where names start
   * @param shape its dimensions
   */
  default Tensor gradient(Tensor raw, String path, List<Long> shape, OnnxNodes nodes) {
    return raw;
  }

  /** Whether a step has outputs beside those of the state, which whoever runs it can read. */
  default boolean hasOutputs() {
    return false;
  }

  /** The type in which steps are counted. */
  default DataType counterType() {
    return DataType.INT64;
  }
}
