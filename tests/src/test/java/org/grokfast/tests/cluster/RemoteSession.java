package org.grokfast.tests.cluster;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_CloseSession;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteSession;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_FLOAT;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GraphImportGraphDef;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GraphOperationByName;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewSession;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SessionRun;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetConfig;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetTarget;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorByteSize;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorData;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorType;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.PointerScope;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_ImportGraphDefOptions;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.RunMetadata;
import org.tensorflow.proto.RunOptions;

/**
 * A session whose master is another process, through the functions of TensorFlow's C API: the
 * classes of TensorFlow Java that are public can't name a target. Values are 32-bit floats.
 */
@SuppressWarnings("try") // A scope of pointers works by being open; nothing refers to it.
final class RemoteSession implements AutoCloseable {
  /** A matrix or a vector that is fed. */
  static final class Value {
    private final long[] shape;
    private final float[] numbers;

    private Value(long[] shape, float... numbers) {
      this.shape = shape;
      this.numbers = numbers;
    }

    static Value matrix(int rows, float... numbers) {
      return new Value(new long[] {rows, numbers.length / rows}, numbers);
    }
  }

  /** What a run gave: values in the order of the fetches, and what the runtime says of it. */
  record Run(List<float[]> values, RunMetadata metadata) {}

  /** A cluster that waits for ever would keep a build from ending. */
  private static final long TIMEOUT_MILLISECONDS = 60_000;

  private final TF_Graph graph;
  private final TF_Session session;

  /**
   * Opens a session.
   *
   * @param target {@code grpc://host:port}, or nothing for a session of this process
   */
  RemoteSession(String target, GraphDef def, ConfigProto config) {
    try (PointerScope scope = new PointerScope()) {
      TF_Status status = TF_Status.newStatus();
      graph = TF_Graph.newGraph();
      TF_GraphImportGraphDef(
          graph,
          TF_Buffer.newBufferFromString(def),
          TF_ImportGraphDefOptions.newImportGraphDefOptions(),
          status);
      status.throwExceptionIfNotOK();
      TF_SessionOptions options = TF_SessionOptions.newSessionOptions();
      TF_SetTarget(options, target);
      BytePointer bytes = new BytePointer(config.toByteArray());
      TF_SetConfig(options, bytes, config.getSerializedSize(), status);
      status.throwExceptionIfNotOK();
      session = TF_NewSession(graph, options, status);
      status.throwExceptionIfNotOK();
      graph.retainReference();
    }
  }

  /** Runs targets alone. */
  void run(String... targets) {
    run(RunOptions.getDefaultInstance(), Map.of(), List.of(), targets);
  }

  /** Fetches a tensor. */
  float[] fetch(String tensor) {
    return run(RunOptions.getDefaultInstance(), Map.of(), List.of(tensor)).values().get(0);
  }

  /**
   * Runs a step.
   *
   * @throws org.tensorflow.exceptions.TensorFlowException as the runtime says
   */
  Run run(
      RunOptions runOptions, Map<String, Value> feeds, List<String> fetches, String... targets) {
    RunOptions limited = runOptions.toBuilder().setTimeoutInMs(TIMEOUT_MILLISECONDS).build();
    try (PointerScope scope = new PointerScope()) {
      TF_Status status = TF_Status.newStatus();
      TF_Output inputs = new TF_Output(Math.max(1, feeds.size()));
      PointerPointer<TF_Tensor> fed = new PointerPointer<>(Math.max(1, feeds.size()));
      int next = 0;
      for (Map.Entry<String, Value> feed : feeds.entrySet()) {
        output(inputs.position(next), feed.getKey());
        fed.put(next++, tensor(feed.getValue()));
      }
      TF_Output outputs = new TF_Output(Math.max(1, fetches.size()));
      for (int i = 0; i < fetches.size(); i++) {
        output(outputs.position(i), fetches.get(i));
      }
      PointerPointer<TF_Operation> operations = new PointerPointer<>(Math.max(1, targets.length));
      for (int i = 0; i < targets.length; i++) {
        operations.put(i, operation(targets[i]));
      }
      PointerPointer<TF_Tensor> fetched = new PointerPointer<>(Math.max(1, fetches.size()));
      TF_Buffer metadata = TF_Buffer.newBuffer();
      TF_SessionRun(
          session,
          TF_Buffer.newBufferFromString(limited),
          inputs.position(0),
          fed,
          feeds.size(),
          outputs.position(0),
          fetched,
          fetches.size(),
          operations,
          targets.length,
          metadata,
          status);
      status.throwExceptionIfNotOK();
      List<float[]> values = new ArrayList<>();
      for (int i = 0; i < fetches.size(); i++) {
        values.add(floats(new TF_Tensor(fetched.get(i)).withDeallocator()));
      }
      return new Run(values, RunMetadata.parseFrom(metadata.copyData()));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private void output(TF_Output output, String tensor) {
    String[] parts = tensor.split(":", 2);
    output.oper(operation(parts[0])).index(parts.length == 1 ? 0 : Integer.parseInt(parts[1]));
  }

  private TF_Operation operation(String name) {
    TF_Operation operation = TF_GraphOperationByName(graph, name);
    if (operation == null || operation.isNull()) {
      throw new IllegalArgumentException("the graph has no node " + name);
    }
    return operation;
  }

  private static TF_Tensor tensor(Value value) {
    long bytes = (long) value.numbers.length * Float.BYTES;
    TF_Tensor tensor = TF_Tensor.allocateTensor(TF_FLOAT, value.shape, bytes);
    new FloatPointer(TF_TensorData(tensor)).put(value.numbers, 0, value.numbers.length);
    return tensor;
  }

  private static float[] floats(TF_Tensor tensor) {
    if (TF_TensorType(tensor) != TF_FLOAT) {
      throw new IllegalArgumentException("not of 32-bit floats");
    }
    float[] values = new float[(int) (TF_TensorByteSize(tensor) / Float.BYTES)];
    new FloatPointer(TF_TensorData(tensor)).get(values);
    return values;
  }

  /** Closes the session; what variables hold stays in the members. */
  @Override
  public void close() {
    try (PointerScope scope = new PointerScope()) {
      TF_Status status = TF_Status.newStatus();
      // Of a session that lost a member nothing but a complaint is to be expected here.
      TF_CloseSession(session, status);
      TF_DeleteSession(session, status);
      graph.releaseReference();
    }
  }
}
