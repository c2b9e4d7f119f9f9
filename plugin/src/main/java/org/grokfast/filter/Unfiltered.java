package org.grokfast.filter;

import java.util.List;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.pass.StepPass;

/**
 * No filter: {@code g' = g}, bit for bit. For graphs in which probes or passes alone are wanted,
 * such as those of a run that others are compared with. It is none of {@link Filters#ALL}: nobody
 * filters with it.
 *
 * @param options which variables are measured, and how; see {@link StatelessFilter} for those that
 *     it can't have
 */
public record Unfiltered(FilterOptions options) implements StatelessFilter {
  /** The name of the kind, as on the command line. */
  public static final String KIND = "none";

  /** This kind. */
  public static final FilterType<Unfiltered> TYPE =
      FilterType.of(
              KIND,
              "no filter",
              "g' = g",
              List.<Parameter<?>>of(),
              (values, options) -> new Unfiltered(options))
          .stateless();

  /**
   * @throws IllegalArgumentException if an option is given that this can't have
   */
  public Unfiltered {
    TYPE.require(options);
  }

  /** No filter, and passes over the weights of all variables. */
  public static Unfiltered with(StepPass... passes) {
    return new Unfiltered(FilterOptions.builder().passes(passes).build());
  }

  /** This with other options. */
  @Override
  public Unfiltered withOptions(FilterOptions other) {
    return new Unfiltered(other);
  }

  @Override
  public FilterType<Unfiltered> type() {
    return TYPE;
  }

  @Override
  public List<Object> values() {
    return List.of();
  }

  @Override
  public boolean passesWithoutLamb() {
    return true;
  }

  @Override
  public <S, T> T filter(FilterOps<S, T> ops, T gradient) {
    return gradient;
  }
}
