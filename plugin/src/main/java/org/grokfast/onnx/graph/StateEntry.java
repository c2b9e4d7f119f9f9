package org.grokfast.onnx.graph;

import java.util.List;

/**
 * A state of a filter as a rewritten model lists it: feed {@code initial} everywhere in the first
 * step, and then what the output gave.
 *
 * @param input the input's name
 * @param output the name of the output that holds the value for the next step
 * @param dtype the type of its elements: float32
 * @param shape its dimensions
 * @param initial the value of every element before the first step
 */
public record StateEntry(
    String input, String output, String dtype, List<Long> shape, double initial) {
  /** Makes the shape immutable. */
  public StateEntry {
    shape = List.copyOf(shape);
  }
}
