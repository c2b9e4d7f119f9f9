package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import org.grokfast.graph.NameAllocator;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.OnnxProvenance;
import org.grokfast.onnx.graph.StateEntry;
import org.grokfast.onnx.graph.Tensor;

/**
 * State as inputs and outputs of the graph: {@code grokfast/w/ema} in, {@code grokfast/w/ema_new}
 * out, to be fed back in the next step. Inputs have no default: the Java API of ONNX Runtime takes
 * no input that has one.
 */
public final class InputOutputStates implements StateStore {
  private final NameAllocator names;
  private final List<StateEntry> entries = new ArrayList<>();
  private final List<ValueInfoProto> inputs = new ArrayList<>();
  private final List<ValueInfoProto> outputs = new ArrayList<>();

  /** States whose names are given out by {@code names}. */
  public InputOutputStates(NameAllocator names) {
    this.names = names;
  }

  @Override
  public State declare(Spec spec, OnnxNodes nodes) {
    String name = names.allocatePair(spec.path(), OnnxProvenance.NEW);
    inputs.add(info(name, spec));
    outputs.add(info(name + OnnxProvenance.NEW, spec));
    entries.add(
        new StateEntry(
            name,
            name + OnnxProvenance.NEW,
            DataTypes.label(spec.type()),
            spec.shape(),
            spec.initial()));
    return new State(name, new Tensor(name, spec.type()));
  }

  @Override
  public void write(State state, Tensor value, OnnxNodes nodes) {
    String name = state.name() + OnnxProvenance.NEW;
    nodes.node(name, "Identity").input(value).emitAs(name, value.type());
  }

  @Override
  public boolean hasOutputs() {
    return true;
  }

  /** The new inputs and outputs, in the order in which they were made. */
  public List<StateEntry> entries() {
    return entries;
  }

  public List<ValueInfoProto> inputs() {
    return inputs;
  }

  public List<ValueInfoProto> outputs() {
    return outputs;
  }

  static ValueInfoProto info(String name, Spec spec) {
    return info(name, spec.type(), spec.shape());
  }

  static ValueInfoProto info(String name, DataType type, List<Long> dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    dims.forEach(d -> shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(d)));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }
}
