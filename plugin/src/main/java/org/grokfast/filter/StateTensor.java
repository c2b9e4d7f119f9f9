package org.grokfast.filter;

import org.grokfast.filter.algebra.Precision;

/**
 * One tensor that a filter keeps for a variable, zero before the first step.
 *
 * @param name the last part of its name in a graph: {@code ema}
 * @param slots 0 for a tensor of the variable's shape; otherwise the leading dimension of a ring of
 *     such tensors
 * @param narrow whether it is stored in {@link FilterOptions#storage}; if false, in the format of
 *     the computation
 */
public record StateTensor(String name, int slots, boolean narrow) {
  static StateTensor stored(String name) {
    return new StateTensor(name, 0, true);
  }

  static StateTensor computed(String name) {
    return new StateTensor(name, 0, false);
  }

  static StateTensor ring(String name, int slots) {
    return new StateTensor(name, slots, true);
  }

  /** Whether this is a ring of tensors rather than one. */
  public boolean isRing() {
    return slots > 0;
  }

  /** The format in which this tensor is stored for a gradient of the given format. */
  public Precision precision(FilterOptions options, Precision gradient) {
    return narrow ? options.storage(gradient) : options.computation(gradient);
  }
}
