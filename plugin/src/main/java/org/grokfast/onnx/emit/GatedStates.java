package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;
import org.grokfast.onnx.graph.Tensor;

/** States that stay as they are in steps that skip the update. */
final class GatedStates implements StateStore {
  private final StateStore states;
  private final Gate gate;
  private final OnnxNodes last;

  /**
   * States behind a gate.
   *
   * @param states keeps them
   * @param gate whether a step makes the update
   * @param last where they are written: behind what decides on it
   */
  GatedStates(StateStore states, Gate gate, OnnxNodes last) {
    this.states = states;
    this.gate = gate;
    this.last = last;
  }

  @Override
  public State declare(Spec spec, OnnxNodes nodes) {
    return states.declare(spec, nodes);
  }

  @Override
  public void write(State state, Tensor value, OnnxNodes nodes) {
    // Not every runtime chooses between numbers of 16 bits; in 32 they are the same.
    DataType type =
        value.type() == DataType.FLOAT16 || value.type() == DataType.BFLOAT16
            ? DataType.FLOAT
            : value.type();
    Tensor next =
        gate.choose(
            state.name(),
            last.cast(state.name(), value, type),
            last.cast(state.name(), state.old(), type),
            last);
    states.write(state, last.cast(state.name(), next, value.type()), last);
  }

  @Override
  public Tensor parameter(Spec spec, OnnxNodes nodes) {
    return states.parameter(spec, nodes);
  }

  @Override
  public Tensor gradient(Tensor raw, String path, List<Long> shape, OnnxNodes nodes) {
    return states.gradient(raw, path, shape, nodes);
  }

  @Override
  public boolean hasOutputs() {
    return states.hasOutputs();
  }

  @Override
  public DataType counterType() {
    return states.counterType();
  }
}
