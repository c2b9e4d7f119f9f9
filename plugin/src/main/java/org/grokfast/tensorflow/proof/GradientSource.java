package org.grokfast.tensorflow.proof;

import java.util.List;

/**
 * What a filtered tensor is made from.
 *
 * @param filtered the tensor that leaves the filter
 * @param tensors the tensors behind it, nearest first; none where they can't be fetched
 * @param clipped whether something that clips norms is among what makes it
 */
public record GradientSource(String filtered, List<Made> tensors, boolean clipped) {
  /** Makes the list immutable. */
  public GradientSource {
    tensors = List.copyOf(tensors);
  }

  /**
   * A tensor that a filtered one is made from.
   *
   * @param name the tensor
   * @param between the nodes between the two
   * @param harmless whether they leave a gradient what it is, up to a scale and clipping
   */
  public record Made(String name, String between, boolean harmless) {}
}
