package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.grokfast.onnx.file.Checkpoint;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.OnnxProvenance;
import org.grokfast.onnx.graph.RuntimeOps;
import org.grokfast.onnx.graph.StateEntry;
import org.grokfast.onnx.graph.Tensor;
import org.grokfast.onnx.graph.TensorValues;
import org.grokfast.rewrite.GraphRewriteException;

/**
 * State as frozen tensors of the checkpoint, which the runtime feeds by itself and which {@code
 * InPlaceAccumulatorV2(state, value, true)} writes back.
 *
 * <p>A step of the optimizer may follow several micro-batches, and none knows whether it is the
 * last. Each state is therefore kept twice: as it was before this accumulation began ({@code
 * …/base}) and as the last micro-batch left it. Every micro-batch filters the gradient accumulated
 * so far, from the base; when a new accumulation begins, what the last one left becomes the base.
 *
 * <pre>
 *   old         = reset ? state : base
 *   accumulated = reset ? gradient : accumulated + gradient
 *   (filtered, state) = filter(accumulated, old);   base = old
 * </pre>
 *
 * <p>Every reader of a buffer is an ancestor of its writers, as these write in place.
 */
public final class CheckpointStates implements StateStore {
  private static final String DOMAIN = RuntimeOps.DOMAIN;

  private final OnnxNodes first;
  private final String reset;
  private final List<StateEntry> entries = new ArrayList<>();
  private final List<ValueInfoProto> inputs = new ArrayList<>();
  private final List<ValueInfoProto> outputs = new ArrayList<>();
  private final List<Checkpoint.Entry> tensors = new ArrayList<>();
  private Tensor isFirst;
  private Tensor always;

  /**
   * States of a training model.
   *
   * @param first the nodes at the start of the graph
   * @param reset the input that says whether an accumulation begins
   */
  public CheckpointStates(OnnxNodes first, String reset) {
    this.first = first;
    this.reset = reset;
  }

  @Override
  public DataType counterType() {
    // The accumulator's kernel takes float32 alone; steps are exact up to 2^24.
    return DataType.FLOAT;
  }

  @Override
  public State declare(Spec spec, OnnxNodes nodes) {
    requireFloat(spec);
    String name = input(spec, nodes);
    String base = input(spec.under("base"), nodes);
    Tensor old =
        nodes
            .node(name + "/old", "Where")
            .input(isFirst(), new Tensor(name, spec.type()), new Tensor(base, spec.type()))
            .emit(spec.type());
    overwrite(base, old, nodes);
    return new State(name, old);
  }

  @Override
  public void write(State state, Tensor value, OnnxNodes nodes) {
    overwrite(state.name(), value, nodes);
  }

  @Override
  public Tensor parameter(Spec spec, OnnxNodes nodes) {
    return new Tensor(input(spec, nodes), spec.type());
  }

  @Override
  public Tensor gradient(Tensor raw, String path, List<Long> shape, OnnxNodes nodes) {
    Spec spec = new Spec(path + "/accumulated", raw.type(), shape, 0);
    String name = input(spec, nodes);
    Tensor more =
        nodes.node(path + "/Add", "Add").input(new Tensor(name, raw.type()), raw).emit(raw.type());
    Tensor accumulated =
        nodes.node(path + "/Where", "Where").input(isFirst(), raw, more).emit(raw.type());
    overwrite(name, accumulated, nodes);
    return accumulated;
  }

  /** A constant that is true, to stand in for the reset of a buffer. */
  public Tensor always() {
    if (always == null) {
      always =
          first
              .node(OnnxProvenance.ROOT + "/always", "Constant")
              .with("value", TensorValues.scalar(DataType.BOOL, 1).toBuilder().addDims(1).build())
              .remember(OnnxProvenance.REPLACES, reset)
              .emit(DataType.BOOL);
    }
    return always;
  }

  private Tensor isFirst() {
    if (isFirst == null) {
      isFirst =
          first
              .node(OnnxProvenance.ROOT + "/first", "Squeeze")
              .input(new Tensor(reset, DataType.BOOL))
              .emit(DataType.BOOL);
    }
    return isFirst;
  }

  private void overwrite(String buffer, Tensor value, OnnxNodes nodes) {
    String out = buffer + RuntimeOps.ACCUMULATED;
    nodes
        .node(out, RuntimeOps.ACCUMULATOR)
        .in(DOMAIN)
        .input(new Tensor(buffer, value.type()), value, always())
        .emitAs(out, DataType.BOOL);
    outputs.add(InputOutputStates.info(out, DataType.BOOL, List.of(1L)));
  }

  private String input(Spec spec, OnnxNodes nodes) {
    String name = nodes.names().allocatePair(spec.path(), RuntimeOps.ACCUMULATED);
    inputs.add(InputOutputStates.info(name, spec));
    entries.add(
        new StateEntry(
            name,
            name + RuntimeOps.ACCUMULATED,
            DataTypes.label(spec.type()),
            spec.shape(),
            spec.initial()));
    tensors.add(new Checkpoint.Entry(name, spec.type().getNumber(), spec.shape(), filled(spec)));
    return name;
  }

  private static ByteString filled(Spec spec) {
    int width = spec.type() == DataType.DOUBLE ? Double.BYTES : Float.BYTES;
    int size = StateSize.bytes(spec.path(), spec.shape(), width, "checkpoint");
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    if (spec.initial() != 0) {
      while (bytes.hasRemaining()) {
        bytes.putDouble(spec.initial());
      }
    }
    return ByteString.copyFrom(bytes.rewind());
  }

  private static void requireFloat(Spec spec) {
    if (spec.type() != DataType.FLOAT) {
      throw new GraphRewriteException(
          "state-dtype="
              + DataTypes.label(spec.type())
              + " can't be kept by ONNX Runtime's artifacts, whose accumulator takes float32 alone;"
              + " leave state-dtype out");
    }
  }

  public List<StateEntry> entries() {
    return entries;
  }

  public List<ValueInfoProto> inputs() {
    return inputs;
  }

  public List<ValueInfoProto> outputs() {
    return outputs;
  }

  public List<Checkpoint.Entry> tensors() {
    return tensors;
  }
}
