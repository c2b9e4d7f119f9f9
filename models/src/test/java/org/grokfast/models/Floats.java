package org.grokfast.models;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** Tensors as arrays, in row-major order. */
public final class Floats {
  private Floats() {}

  /** The elements of a tensor. */
  public static float[] of(TFloat32 tensor) {
    float[] values = new float[(int) tensor.size()];
    tensor.copyTo(DataBuffers.of(values));
    return values;
  }

  /** The elements of float32 outputs, all fetched in one run. */
  public static List<float[]> fetch(Session session, List<Output<?>> outputs) {
    Session.Runner runner = session.runner();
    outputs.forEach(runner::fetch);
    List<float[]> arrays = new ArrayList<>();
    try (Result result = runner.run()) {
      for (int i = 0; i < outputs.size(); i++) {
        arrays.add(of((TFloat32) result.get(i)));
      }
    }
    return arrays;
  }
}
