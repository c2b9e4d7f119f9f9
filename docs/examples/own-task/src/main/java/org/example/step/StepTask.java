package org.example.step;

import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grokfast.models.random.TorchRandom;
import org.grokfast.models.saved.SavedModelTask;
import org.grokfast.models.saved.Signatures;
import org.grokfast.models.task.Split;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** Whether the product of the first two of four random numbers is positive. */
final class StepTask extends SavedModelTask {
  static final String NAME = "product";
  private static final int NUMBERS = 4;

  private final Path model;
  private final int examples;
  private final long seed;

  StepTask(Path model, int examples, long seed) {
    super(model, Signatures.OF_A_CLASSIFIER);
    this.model = model;
    this.examples = examples;
    this.seed = seed;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return "The sign of a product";
  }

  @Override
  protected SortedMap<String, String> dataSettings() {
    return new TreeMap<>(
        Map.of(
            "model", model.toString(),
            "examples", Integer.toString(examples),
            "seed", Long.toString(seed)));
  }

  @Override
  public int examples(Split split) {
    return examples;
  }

  @Override
  protected Map<String, Tensor> inputs(Split split, int[] chosen) {
    long stream = split == Split.TRAINING ? 2 * seed : 2 * seed + 1;
    float[] all = new TorchRandom(stream).uniform(examples * NUMBERS, 1);
    float[] x = new float[chosen.length * NUMBERS];
    float[] y = new float[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(all, chosen[i] * NUMBERS, x, i * NUMBERS, NUMBERS);
      y[i] = x[i * NUMBERS] * x[i * NUMBERS + 1] > 0 ? 1 : 0;
    }
    return Map.of(
        "x",
        TFloat32.tensorOf(Shape.of(chosen.length, NUMBERS), DataBuffers.of(x, true, false)),
        "y",
        TFloat32.vectorOf(y));
  }
}
