package org.grokfast.tests;

import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** Made-up data that is the same in every run. */
final class Batches {
  private Batches() {}

  /** Values between −scale and scale without any two alike. */
  static float[] wave(int count, float scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * Math.sin(1 + 1.7 * i));
    }
    return values;
  }

  /** The inputs of a step of {@link SmallModel}. */
  static TFloat32 x(int step) {
    return tensor(Shape.of(SmallModel.BATCH, SmallModel.INPUTS), 1f + step);
  }

  /** The targets of a step of {@link SmallModel}. */
  static TFloat32 y(int step) {
    return tensor(Shape.of(SmallModel.BATCH, SmallModel.OUTPUTS), 0.37f + 2 * step);
  }

  private static TFloat32 tensor(Shape shape, float phase) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.cos(phase + 0.9 * i);
    }
    return TFloat32.tensorOf(shape, DataBuffers.of(values));
  }
}
