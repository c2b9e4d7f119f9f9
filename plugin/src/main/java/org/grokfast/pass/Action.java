package org.grokfast.pass;

import java.util.List;
import java.util.Optional;
import org.grokfast.filter.algebra.FilterOps;

/** One thing that a pass does in a step. */
public interface Action {

  /** When it is done. */
  enum Moment {
    /** Before the update, when the gradient is there. */
    BEFORE,
    /** After the update, before anything that waits for it. */
    AFTER
  }

  /** Its name below the pass, for nodes. */
  String name();

  /** When it is done. */
  Moment moment();

  /** Whether it needs what is kept. */
  default boolean readsKept() {
    return false;
  }

  /**
   * The condition under which it is done in a step; empty for every step.
   *
   * @param ops the algebra; its variable is not asked for
   */
  default <S, T> Optional<S> condition(FilterOps<S, T> ops) {
    return Optional.empty();
  }

  /**
   * What changes.
   *
   * @param ops the algebra to write in; its variable is that of the moment
   * @param rate the learning rate of the step, where the pass needs it
   * @param kept the tensors that the pass keeps, where the action reads them; otherwise nothing
   */
  <S, T> Change<T> change(FilterOps<S, T> ops, Optional<S> rate, List<T> kept);

  /**
   * New values.
   *
   * @param variable that of the variable; empty to leave it
   * @param kept those of all tensors that the pass keeps; empty to leave them
   * @param <T> a tensor of the algebra
   */
  record Change<T>(Optional<T> variable, List<T> kept) {
    /** Makes the list immutable. */
    public Change {
      kept = List.copyOf(kept);
    }
  }
}
