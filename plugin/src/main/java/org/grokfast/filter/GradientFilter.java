package org.grokfast.filter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.FilterStep;

/**
 * A filter of one parameter's gradients over time. Immutable, and free of any graph format: it
 * writes itself once, as a pure function of (gradient, old state), in the algebra {@link
 * FilterOps}. Reading and writing the state, and their order, are the emitter's.
 *
 * <p>Source of the formulas: the authors' code (GitHub ironjr/grokfast, commit 93b2248, {@code
 * grokfast.py}); Lee et al. 2024, arXiv 2405.20233. A filter of another source names it.
 */
public interface GradientFilter {

  /** The kind of filter, with its parameters and limits. */
  FilterType<? extends GradientFilter> type();

  /** The values of the parameters, in the order of {@link FilterType#parameters()}. */
  List<Object> values();

  /** The options that all filters share. */
  FilterOptions options();

  /** The tensors that are kept for each variable. */
  List<StateTensor> state();

  /** Whether a gradient passes bit for bit where every lamb is 0. */
  default boolean passesWithoutLamb() {
    return false;
  }

  /** Whether {@link FilterOps#variable} is asked for. */
  default boolean readsVariable() {
    return false;
  }

  /**
   * One step: what the optimizer sees instead of the gradient, and the new state.
   *
   * @param ops the algebra to write in
   * @param gradient the gradient, in the computation format
   * @param state the old state, in the order of {@link #state()} and in the computation format
   */
  <S, T> FilterStep<T> step(FilterOps<S, T> ops, T gradient, List<T> state);

  /** The name of the kind, as on the command line: {@code ema}. */
  default String kind() {
    return type().kind();
  }

  /** The parameters that {@link FilterOps#parameter} is asked for, by name. */
  default Map<String, Double> parameters() {
    Map<String, Double> reals = new LinkedHashMap<>();
    List<Parameter<?>> all = type().parameters();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).isReal()) {
        reals.put(all.get(i).name(), (Double) values().get(i));
      }
    }
    return reals;
  }

  /** Whether gradients of a shape can be filtered. */
  default boolean takes(List<Long> shape) {
    return type().takes(shape);
  }

  /**
   * This filter with the first override that matches the variable applied.
   *
   * @throws IllegalArgumentException if a value of the override is out of its range
   */
  default GradientFilter forVariable(String variable) {
    return options()
        .selection()
        .overrideFor(variable)
        .<GradientFilter>map(
            override ->
                type().factory().create(type().overridden(values(), override.values()), options()))
        .orElse(this);
  }

  /** This filter with other options. */
  default GradientFilter withOptions(FilterOptions other) {
    return type().factory().create(type().values(values()), other);
  }

  /**
   * This filter as it is written on a command line, without the shared options: its kind and, in
   * brackets, the parameters that have not their defaults. {@link FilterDescription#parseText}
   * reads it back.
   */
  default String text() {
    List<String> set = new ArrayList<>();
    List<Parameter<?>> all = type().parameters();
    for (int i = 0; i < all.size(); i++) {
      Object value = values().get(i);
      if (!value.equals(all.get(i).defaultValue())) {
        set.add(all.get(i).name() + "=" + all.get(i).text(value));
      }
    }
    return set.isEmpty() ? kind() : kind() + "(" + String.join(", ", set) + ")";
  }

  /** Every parameter and option, in a fixed order: what provenance entries and reports hold. */
  default String describe() {
    StringBuilder text = new StringBuilder(kind()).append('(');
    List<Parameter<?>> all = type().parameters();
    for (int i = 0; i < all.size(); i++) {
      text.append(all.get(i).name()).append('=').append(all.get(i).text(values().get(i)));
      text.append(", ");
    }
    return text.append(options().describe()).append(')').toString();
  }
}
