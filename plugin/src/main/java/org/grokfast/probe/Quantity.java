package org.grokfast.probe;

import java.util.List;
import org.grokfast.filter.algebra.FilterOps;

/**
 * Sums over the elements of a variable. Those of several variables add up to that of all.
 *
 * <p>Quantities are equal where they measure the same: each is measured once, however many probes
 * need it.
 */
public interface Quantity {

  /** When what is kept is replaced. */
  enum When {
    /** In every step; what is measured is the new value. */
    EVERY_STEP,
    /** In the step before one that measures; what is measured is the value of that step. */
    STEP_BEFORE
  }

  /**
   * The names of the tensors of the variable's shape that are kept from step to step, zero before
   * the first.
   */
  default List<String> kept() {
    return List.of();
  }

  /** When they are replaced. */
  default When when() {
    return When.STEP_BEFORE;
  }

  /**
   * The new values of what is kept.
   *
   * @param ops the algebra to write in; its variable is that before this step's update
   * @param gradient the gradient that enters the filter
   * @param kept the old values where they are replaced in every step; otherwise nothing
   */
  default <S, T> List<T> keep(FilterOps<S, T> ops, T gradient, List<T> kept) {
    return List.of();
  }

  /** The number of sums; ≥ 1. */
  default int size() {
    return 1;
  }

  /**
   * The sums.
   *
   * @param ops the algebra to write in; its variable is that before this step's update
   * @param seen the gradients
   * @param kept what is kept, as {@link #when} says
   * @return {@link #size} tensors without dimensions
   */
  <S, T> List<T> measure(FilterOps<S, T> ops, Seen<T> seen, List<T> kept);
}
