package org.grokfast.pass;

import java.util.List;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.FilterStep;

/** What makes new weights of a gradient, in place of the update that the graph has. */
public interface UpdateRule {

  /** The names of the tensors of the variable's shape that are kept, zero before the first step. */
  List<String> kept();

  /**
   * How far steps in float32 may be from those of the array interpreter, relative to the largest
   * element, by nothing but roundings.
   */
  default double rounding() {
    return 0;
  }

  /**
   * A step.
   *
   * @param ops the algebra to write in; its variable is not asked for
   * @param gradient what the optimizer would see
   * @param kept the tensors that are kept, as they were
   * @return what is subtracted from the weights, and what is kept from now on
   */
  <S, T> FilterStep<T> step(FilterOps<S, T> ops, T gradient, List<T> kept);
}
