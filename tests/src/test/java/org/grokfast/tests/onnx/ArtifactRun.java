package org.grokfast.tests.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtTrainingSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.grokfast.io.Overwrite;
import org.grokfast.io.ReadLimits;
import org.grokfast.onnx.file.Checkpoint;
import org.grokfast.onnx.file.OrtArtifacts;

/** A program that trains artifacts, as users write it; it knows nothing of filters. */
final class ArtifactRun implements AutoCloseable {
  static final float RATE = 0.05f;
  private static final long[] X = {8, 3};
  private static final long[] Y = {8, 2};

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final Path scratch;
  private final OrtTrainingSession session;

  /**
   * Opens a folder.
   *
   * @param checkpoint where to go on
   * @param scratch a folder for what it writes
   */
  ArtifactRun(Path folder, Path checkpoint, Path scratch) throws OrtException {
    this.scratch = scratch;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      // It warns that its inference and its kernel disagree on the shape of an optimizer's flag.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      session =
          environment.createTrainingSession(
              checkpoint.toString(),
              folder.resolve(OrtArtifacts.TRAINING).toString(),
              folder.resolve(OrtArtifacts.EVAL).toString(),
              folder.resolve(OrtArtifacts.OPTIMIZER).toString(),
              options);
    }
    session.setLearningRate(RATE);
  }

  static OrtArtifacts stored(String optimizer) {
    try {
      return OrtArtifacts.read(
          Path.of(ArtifactRun.class.getResource("/onnx/artifacts/" + optimizer).toURI()),
          ReadLimits.DEFAULTS);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes artifacts to a new folder. */
  static Path written(OrtArtifacts artifacts, Path folder) {
    artifacts.write(folder, Overwrite.REPLACE);
    return folder;
  }

  /** The values of the data inputs in one micro-batch. */
  static Map<String, float[]> data(int number) {
    Random random = new Random(1000 + number);
    float[] x = new float[24];
    float[] y = new float[16];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < y.length; i++) {
      y[i] = (float) random.nextGaussian();
    }
    return Map.of("x", x, "y", y);
  }

  /** Steps of the optimizer, each after some micro-batches; returns the last loss. */
  float train(int from, int to, int microBatches) throws OrtException {
    float loss = Float.NaN;
    for (int step = from; step < to; step++) {
      session.lazyResetGrad();
      for (int batch = 0; batch < microBatches; batch++) {
        Map<String, float[]> data = data(step * microBatches + batch);
        try (OnnxTensor x = tensor(data.get("x"), X);
            OnnxTensor y = tensor(data.get("y"), Y);
            OrtSession.Result result = session.trainStep(inOrder(x, y))) {
          loss = first(result);
        }
      }
      session.optimizerStep();
    }
    return loss;
  }

  /** The loss that the eval model gives. */
  float eval(int number) throws OrtException {
    Map<String, float[]> data = data(number);
    try (OnnxTensor x = tensor(data.get("x"), X);
        OnnxTensor y = tensor(data.get("y"), Y);
        OrtSession.Result result = session.evalStep(inOrder(x, y))) {
      return first(result);
    }
  }

  /** The runtime takes inputs by their order in the map, whatever their names. */
  private static Map<String, OnnxTensor> inOrder(OnnxTensor x, OnnxTensor y) {
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    inputs.put("x", x);
    inputs.put("y", y);
    return inputs;
  }

  private static float first(OrtSession.Result result) {
    return ((OnnxTensor) result.get(0)).getFloatBuffer().get(0);
  }

  OnnxTensor tensor(float[] values, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
  }

  OrtTrainingSession session() {
    return session;
  }

  /** Saves parameters, optimizer state and what the checkpoint holds besides. */
  Path save(String name) throws OrtException {
    Path file = scratch.resolve(name);
    session.saveCheckpoint(file, true);
    return file;
  }

  /** The parameters as they are now. */
  Map<String, double[]> weights() throws OrtException {
    return weights(checkpoint(save("weights")));
  }

  static Checkpoint checkpoint(Path file) {
    try {
      return Checkpoint.read(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, double[]> weights(Checkpoint checkpoint) {
    Map<String, double[]> weights = new TreeMap<>();
    for (Checkpoint.Entry entry : checkpoint.trained()) {
      ByteBuffer bytes = entry.data().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      double[] values = new double[bytes.remaining() / Float.BYTES];
      for (int i = 0; i < values.length; i++) {
        values[i] = bytes.getFloat();
      }
      weights.put(entry.name(), values);
    }
    return weights;
  }

  @Override
  public void close() {
    session.close();
  }
}
