package org.grokfast.onnx.rules;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.grokfast.onnx.CarriedValue;

/**
 * Some steps of a model in ONNX Runtime. Every input starts at numbers that depend on its name
 * alone, a filter's state where the model says, what is called {@code zero…} at 0; data change with
 * the step, and what is carried is fed back.
 */
final class StepRun {
  private static final int STEPS = 3;

  private final ModelProto model;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final Map<String, byte[]> carried = new HashMap<>();
  private final Map<String, List<Integer>> bits = new TreeMap<>();

  private StepRun(ModelProto model) {
    this.model = model;
  }

  /** The bits of all outputs of the original after each step. */
  static Map<String, List<Integer>> of(ModelProto model, ModelProto original) {
    StepRun run = new StepRun(model);
    original.getGraph().getOutputList().stream()
        .map(ValueInfoProto::getName)
        .forEach(output -> run.bits.put(output, new ArrayList<>()));
    run.run();
    return run.bits;
  }

  private void run() {
    List<CarriedValue> values = CarriedValue.of(model);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model.toByteArray(), options)) {
        for (int step = 0; step < STEPS; step++) {
          step(session, values, step);
        }
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private void step(OrtSession session, List<CarriedValue> values, int step) throws OrtException {
    Map<String, OnnxTensor> feeds = new HashMap<>();
    try {
      for (NodeInfo input : session.getInputInfo().values()) {
        TensorInfo info = (TensorInfo) input.getInfo();
        byte[] bytes = carried.get(input.getName());
        if (bytes == null) {
          bytes = start(input.getName(), info, values, step);
        }
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.nativeOrder());
        feeds.put(
            input.getName(),
            OnnxTensor.createTensor(
                environment, direct.put(bytes).flip(), info.getShape(), info.type));
      }
      try (OrtSession.Result result = session.run(feeds)) {
        for (Map.Entry<String, List<Integer>> output : bits.entrySet()) {
          ByteBuffer bytes = bytes(result, output.getKey());
          bytes.rewind();
          while (bytes.remaining() >= Integer.BYTES) {
            output.getValue().add(bytes.getInt());
          }
        }
        for (CarriedValue value : values) {
          byte[] bytes = new byte[bytes(result, value.output()).remaining()];
          bytes(result, value.output()).get(bytes);
          carried.put(value.input(), bytes);
        }
      }
    } finally {
      feeds.values().forEach(OnnxTensor::close);
    }
  }

  private static ByteBuffer bytes(OrtSession.Result result, String output) {
    return ((OnnxTensor) result.get(output).orElseThrow()).getByteBuffer();
  }

  private static byte[] start(String name, TensorInfo info, List<CarriedValue> values, int step) {
    Random random = new Random(31L * name.hashCode() + step);
    double initial =
        values.stream()
            .filter(value -> value.input().equals(name))
            .mapToDouble(value -> value.initial().orElse(Double.NaN))
            .findFirst()
            .orElse(Double.NaN);
    initial = name.startsWith("zero") ? 0 : initial;
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(info.getNumElements() * info.type.size))
            .order(ByteOrder.nativeOrder());
    while (bytes.hasRemaining()) {
      double value = Double.isNaN(initial) ? random.nextGaussian() : initial;
      switch (info.type) {
        case FLOAT -> bytes.putFloat((float) value);
        case DOUBLE -> bytes.putDouble(value);
        case INT64 -> bytes.putLong((long) value);
        case BOOL -> bytes.put((byte) (value > 0 ? 1 : 0));
        default -> throw new IllegalArgumentException(info.toString());
      }
    }
    return bytes.array();
  }
}
