package org.grokfast.tests.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.grokfast.onnx.training.OnnxTrainingStep;

/** The example of docs/onnx.md: a small network that learns a function of four numbers. */
final class TrainMlp {
  private TrainMlp() {}

  // tag::example[]
  /** Trains for some steps and returns the last loss; goes on from {@code state} if it exists. */
  static float train(Path model, Path state, int steps) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Random random = new Random(0);
    float[] inputs = uniform(random, 16 * 4, 1);
    float[] targets = new float[16];
    for (int i = 0; i < 16; i++) {
      targets[i] = inputs[4 * i] * inputs[4 * i + 1];
    }
    float loss = Float.NaN;
    try (OnnxTrainingStep step = OnnxTrainingStep.open(model);
        OnnxTensor x = tensor(environment, inputs, 16, 4);
        OnnxTensor y = tensor(environment, targets, 16, 1);
        OnnxTensor rate = tensor(environment, new float[] {0.1f})) {
      if (state.toFile().exists()) {
        step.resume(state);
      } else {
        try (OnnxTensor w0 = tensor(environment, uniform(random, 8 * 4, 0.5f), 8, 4);
            OnnxTensor w1 = tensor(environment, uniform(random, 8, 0.35f), 1, 8)) {
          step.set("w0", w0);
          step.set("w1", w1);
        }
        step.setZero("b0", "b1");
      }
      for (int i = 0; i < steps; i++) {
        Map<String, OnnxTensor> results = step.run(Map.of("x", x, "y", y, "lr", rate));
        loss = results.get("loss").getFloatBuffer().get(0);
      }
      step.save(state);
    }
    return loss;
  }

  private static OnnxTensor tensor(OrtEnvironment environment, float[] values, long... shape)
      throws OrtException {
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
  }

  private static float[] uniform(Random random, int count, float bound) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (2 * random.nextFloat() - 1) * bound;
    }
    return values;
  }
  // end::example[]
}
