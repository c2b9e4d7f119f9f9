package org.grokfast.filter.algebra;

import java.util.List;

/**
 * The result of one step of a filter.
 *
 * @param output what the optimizer sees instead of the gradient
 * @param state the new state, in the order of the old
 * @param <T> a tensor of the algebra
 */
public record FilterStep<T>(T output, List<T> state) {
  /** Makes the list immutable. */
  public FilterStep {
    state = List.copyOf(state);
  }
}
