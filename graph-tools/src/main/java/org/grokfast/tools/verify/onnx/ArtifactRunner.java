package org.grokfast.tools.verify.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtTrainingSession;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.onnx.file.Checkpoint;
import org.grokfast.onnx.file.OrtArtifacts;

/** Trains artifacts as their users do, one micro-batch a step. */
final class ArtifactRunner implements StepRunner {
  private static final float RATE = 0.01f;

  private final OnnxPlan plan;
  private final Path folder;
  private final OnnxFeeds feeds;

  ArtifactRunner(OnnxPlan plan, Path folder) {
    this.plan = plan;
    this.folder = folder;
    this.feeds = new OnnxFeeds(plan);
  }

  @Override
  public Map<String, double[]> original() throws OrtException {
    Path place = folder.resolve(ChildFiles.ORIGINAL);
    return train(place, place.resolve(OrtArtifacts.CHECKPOINT), (number, values) -> {});
  }

  @Override
  public Map<String, double[]> rewritten(boolean amplified, Observer observer) throws OrtException {
    Path place = folder.resolve(amplified ? ChildFiles.REWRITTEN : ChildFiles.UNAMPLIFIED);
    Path checkpoint = place.resolve(OrtArtifacts.CHECKPOINT);
    return train(place, amplified ? checkpoint : unamplified(checkpoint), observer);
  }

  private Path unamplified(Path checkpoint) {
    Checkpoint read = checkpoint(checkpoint);
    List<Checkpoint.Entry> zeros =
        read.frozen().stream()
            .filter(entry -> plan.lambs().contains(entry.name()))
            .map(
                entry ->
                    new Checkpoint.Entry(
                        entry.name(),
                        entry.type(),
                        entry.shape(),
                        ByteString.copyFrom(new byte[entry.data().size()])))
            .toList();
    Path target = folder.resolve("unamplified-checkpoint");
    try {
      Files.write(target, read.withoutFrozen(Set.copyOf(plan.lambs())).withFrozen(zeros).toBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return target;
  }

  private static Checkpoint checkpoint(Path file) {
    try {
      return Checkpoint.read(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, double[]> train(Path place, Path checkpoint, Observer observer)
      throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      try (OrtTrainingSession session =
          OrtEnvironment.getEnvironment()
              .createTrainingSession(
                  checkpoint.toString(),
                  place.resolve(OrtArtifacts.TRAINING).toString(),
                  // What compares two models evaluates neither.
                  null,
                  place.resolve(OrtArtifacts.OPTIMIZER).toString(),
                  options)) {
        session.setLearningRate(RATE);
        for (int number = 0; number < plan.run().steps(); number++) {
          step(session, number, observer);
        }
        Path saved = folder.resolve("weights");
        session.saveCheckpoint(saved, false);
        return weights(checkpoint(saved));
      }
    }
  }

  private void step(OrtTrainingSession session, int number, Observer observer) throws OrtException {
    Map<String, OnnxTensor> data = feeds.of(number);
    session.lazyResetGrad();
    try (OrtSession.Result result = session.trainStep(data)) {
      Map<String, OnnxTensor> values = new LinkedHashMap<>(data);
      for (Map.Entry<String, OnnxValue> entry : result) {
        if (entry.getValue() instanceof OnnxTensor tensor) {
          values.put(entry.getKey(), tensor);
        }
      }
      observer.step(number, values);
    } finally {
      data.values().forEach(OnnxTensor::close);
    }
    session.optimizerStep();
  }

  private static Map<String, double[]> weights(Checkpoint checkpoint) {
    Map<String, double[]> weights = new LinkedHashMap<>();
    for (Checkpoint.Entry entry : checkpoint.trained()) {
      if (entry.type() == DataType.FLOAT_VALUE) {
        ByteBuffer bytes = entry.data().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        double[] values = new double[bytes.remaining() / Float.BYTES];
        for (int i = 0; i < values.length; i++) {
          values[i] = bytes.getFloat();
        }
        weights.put(entry.name(), values);
      }
    }
    return weights;
  }
}
