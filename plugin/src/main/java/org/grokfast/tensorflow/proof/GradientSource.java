package org.grokfast.tensorflow.proof;

import java.util.List;
import org.grokfast.proof.Judge;

/**
 * What a filtered tensor is made from.
 *
 * @param filtered the tensor that leaves the filter
 * @param tensors the tensors behind it, nearest first; none where they can't be fetched
 * @param clipped whether something that clips norms is among what makes it
 */
public record GradientSource(String filtered, List<Judge.Made> tensors, boolean clipped) {
  /** Makes the list immutable. */
  public GradientSource {
    tensors = List.copyOf(tensors);
  }
}
