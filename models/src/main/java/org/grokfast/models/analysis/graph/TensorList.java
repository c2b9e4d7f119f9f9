package org.grokfast.models.analysis.graph;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.models.analysis.graph.ParameterLayout.Parameter;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** Tensors that are freed together. */
record TensorList(List<TFloat32> tensors) implements AutoCloseable {

  TensorList {
    tensors = List.copyOf(tensors);
  }

  /** The parts of a vector as tensors of the parameters' shapes, rounded to float32. */
  static TensorList split(double[] vector, ParameterLayout layout) {
    if (vector.length != layout.size()) {
      throw new IllegalArgumentException(
          "expected a vector of " + layout.size() + " numbers, was given " + vector.length);
    }
    List<TFloat32> parts = new ArrayList<>();
    for (Parameter parameter : layout.parameters()) {
      float[] part = new float[parameter.size()];
      for (int i = 0; i < part.length; i++) {
        part[i] = (float) vector[parameter.offset() + i];
      }
      long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
      parts.add(TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(part, true, false)));
    }
    return new TensorList(parts);
  }

  TFloat32 get(int index) {
    return tensors.get(index);
  }

  @Override
  public void close() {
    tensors.forEach(TFloat32::close);
  }
}
