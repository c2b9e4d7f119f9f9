package org.grokfast.probe;

import java.util.List;
import org.grokfast.filter.algebra.FilterOps;

/**
 * A measurement of a step of training: a function of sums over elements. Of the sums of one
 * variable it gives that variable's value, of the sums of all the total. Immutable.
 */
public interface Probe {

  /** The name, as on the command line: {@code weight-norm}. */
  String name();

  /** What it measures, in one line without a full stop. */
  String about();

  /** The formula, for the documentation. */
  String formula();

  /** The names of what it gives: its own, or one for each of several numbers. */
  default List<String> columns() {
    return List.of(name());
  }

  /** The sums that it needs. */
  List<Quantity> quantities();

  /**
   * What it gives, one for each of {@link #columns()}.
   *
   * @param ops the algebra to write in; the variable is not asked for
   * @param sums those of {@link #quantities()}, one after the other; tensors without dimensions
   */
  <S, T> List<T> values(FilterOps<S, T> ops, List<T> sums);
}
