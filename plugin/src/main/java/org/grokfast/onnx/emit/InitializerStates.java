package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.grokfast.graph.NameAllocator;
import org.grokfast.onnx.graph.OnnxProvenance;
import org.grokfast.onnx.graph.StateEntry;
import org.grokfast.onnx.graph.Tensor;
import org.grokfast.onnx.graph.TensorValues;

/**
 * State as initializers of a {@code training_info}'s algorithm, with an {@code update_binding} to
 * the tensor that replaces each. Where the algorithm lists its own states as inputs too, so are
 * these.
 */
public final class InitializerStates implements StateStore {
  private final InputOutputStates states;
  private final List<TensorProto> initializers = new ArrayList<>();

  public InitializerStates(NameAllocator names) {
    this.states = new InputOutputStates(names);
  }

  @Override
  public State declare(Spec spec, OnnxNodes nodes) {
    State state = states.declare(spec, nodes);
    initializers.add(initializer(state.name(), spec));
    return state;
  }

  @Override
  public void write(State state, Tensor value, OnnxNodes nodes) {
    states.write(state, value, nodes);
  }

  public List<StateEntry> entries() {
    return states.entries();
  }

  /** Adds the states to a rewritten algorithm and binds them. */
  public void addTo(TrainingInfoProto.Builder training, GraphProto.Builder algorithm) {
    boolean listed =
        training.getUpdateBindingList().stream()
            .anyMatch(
                binding ->
                    algorithm.getInputList().stream()
                        .anyMatch(input -> input.getName().equals(binding.getKey())));
    if (listed) {
      states.inputs().forEach(algorithm::addInput);
    }
    algorithm.addAllInitializer(initializers);
    states.outputs().forEach(algorithm::addOutput);
    for (StateEntry entry : states.entries()) {
      training.addUpdateBinding(OnnxProvenance.entry(entry.input(), entry.output()));
    }
    training.setAlgorithm(algorithm);
  }

  private static TensorProto initializer(String name, Spec spec) {
    TensorProto one = TensorValues.scalar(widened(spec), spec.initial());
    int size = StateSize.bytes(name, spec.shape(), size(spec), "model");
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    while (spec.initial() != 0 && bytes.hasRemaining()) {
      bytes.put(one.getRawData().asReadOnlyByteBuffer());
    }
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(spec.type().getNumber())
        .addAllDims(spec.shape())
        .setRawData(ByteString.copyFrom(bytes.rewind()))
        .build();
  }

  /** Half formats start at zero, whose bits are the same in all. */
  private static TensorProto.DataType widened(Spec spec) {
    return size(spec) == 2 ? TensorProto.DataType.FLOAT : spec.type();
  }

  private static int size(Spec spec) {
    return switch (spec.type()) {
      case FLOAT16, BFLOAT16 -> 2;
      case FLOAT -> 4;
      default -> 8;
    };
  }
}
