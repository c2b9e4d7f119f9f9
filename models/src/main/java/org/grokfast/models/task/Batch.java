package org.grokfast.models.task;

import java.util.Map;
import org.tensorflow.Tensor;

/**
 * The values of a graph's inputs for one run. Closing it frees the tensors.
 *
 * @param inputs by the name of the input, such as {@code tokens}
 * @param size the number of examples
 */
public record Batch(Map<String, Tensor> inputs, int size) implements AutoCloseable {

  /** Takes a copy of the map, and the ownership of its tensors. */
  public Batch {
    inputs = Map.copyOf(inputs);
  }

  @Override
  public void close() {
    inputs.values().forEach(Tensor::close);
  }
}
