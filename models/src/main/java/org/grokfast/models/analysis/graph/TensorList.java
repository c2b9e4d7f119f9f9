package org.grokfast.models.analysis.graph;

import java.util.List;
import org.tensorflow.types.TFloat32;

/** Tensors that are freed together. */
record TensorList(List<TFloat32> tensors) implements AutoCloseable {

  TensorList {
    tensors = List.copyOf(tensors);
  }

  TFloat32 get(int index) {
    return tensors.get(index);
  }

  @Override
  public void close() {
    tensors.forEach(TFloat32::close);
  }
}
