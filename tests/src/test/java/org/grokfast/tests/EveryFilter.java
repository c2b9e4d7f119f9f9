package org.grokfast.tests;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.filter.Chain;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.FilterType;
import org.grokfast.filter.Filters;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Parameter;
import org.grokfast.filter.ParameterValues;
import org.grokfast.filter.Perpendicular;
import org.grokfast.filter.Spectral;
import org.grokfast.filter.options.NonFinite;
import org.grokfast.filter.options.VariableOverride;

/**
 * Filters of every kind in {@link Filters#ALL}, with every parameter and every shared option that
 * the kind can have: what laws are checked with. A new kind is in it by itself.
 */
public final class EveryFilter {
  private EveryFilter() {}

  /** One of each kind, with numbers for runs of some steps. */
  public static Stream<GradientFilter> kinds() {
    return Filters.ALL.stream()
        .map(type -> type.factory().create(small(type), FilterOptions.DEFAULTS));
  }

  /** Chains of two and three, with members of one kind and of several. */
  public static Stream<GradientFilter> chains() {
    return Stream.of(
        Chain.of(Ema.of(0.9, 1.5), Perpendicular.defaults()),
        Chain.of(MovingAverage.of(3, 0.5).withWarmup(false), Ema.of(0.5, 1), Ema.of(0.9, 2)),
        Chain.of(Ema.of(0.9, 2), Spectral.of(0.1))
            .withOptions(FilterOptions.builder().startStep(2).tunable(false).build()));
  }

  /** One of each kind with these options, but for the kinds that can't have them. */
  public static Stream<GradientFilter> with(FilterOptions options) {
    return Filters.ALL.stream()
        .filter(type -> canHave(type, options))
        .map(type -> type.factory().create(small(type), options));
  }

  /** Each kind with every value of its choices and flags, and with the shared options. */
  public static Stream<GradientFilter> variants() {
    FilterOptions schedule =
        FilterOptions.builder().startStep(5).stopStep(30).rampSteps(10).build();
    FilterOptions start = FilterOptions.builder().startStep(5).stopStep(30).build();
    FilterOptions skip = FilterOptions.builder().nonFinite(NonFinite.SKIP).build();
    FilterOptions compensated =
        FilterOptions.builder().compensateLearningRate(true).tunable(false).build();
    FilterOptions constant = FilterOptions.builder().tunable(false).build();
    return Stream.of(
            Filters.ALL.stream().flatMap(EveryFilter::choices),
            Filters.ALL.stream().flatMap(EveryFilter::overridden),
            Stream.of(schedule, start, skip, compensated, constant).flatMap(EveryFilter::with))
        .flatMap(filters -> filters)
        .distinct();
  }

  private static Stream<GradientFilter> choices(FilterType<? extends GradientFilter> type) {
    List<GradientFilter> filters = new ArrayList<>();
    for (Parameter<?> parameter : type.parameters()) {
      for (Object value : values(parameter)) {
        filters.add(
            type.factory().create(small(type).with(parameter, value), FilterOptions.DEFAULTS));
      }
    }
    return filters.stream();
  }

  private static List<?> values(Parameter<?> parameter) {
    if (parameter.isNumber()) {
      return List.of();
    }
    return parameter.isFlag() ? List.of(true, false) : List.of(parameter.type().getEnumConstants());
  }

  /** Each number overridden for all variables. */
  private static Stream<GradientFilter> overridden(FilterType<? extends GradientFilter> type) {
    return type.numbers().stream()
        .map(
            parameter -> {
              Number value =
                  switch (parameter.search().orElseThrow().scale()) {
                    case DECAY -> 0.5;
                    case STEPS -> 3;
                    case FACTOR -> type.rounding() > 0 ? 0.05 : 0.25;
                  };
              VariableOverride override =
                  new VariableOverride(".", Map.of(parameter.name(), value));
              return type.factory()
                  .create(small(type), FilterOptions.builder().overrides(override).build());
            });
  }

  /** Whether a kind can have the options. */
  private static boolean canHave(FilterType<?> type, FilterOptions options) {
    return type.refusals().stream().noneMatch(refusal -> refusal.given().test(options));
  }

  /** Numbers that make a difference within some steps. */
  private static ParameterValues small(FilterType<?> type) {
    ParameterValues values = ParameterValues.DEFAULTS;
    for (Parameter<?> parameter : type.parameters()) {
      if (parameter.search().isPresent()) {
        Object value =
            switch (parameter.search().get().scale()) {
              case DECAY -> 0.9;
              case STEPS -> 7;
              case FACTOR -> type.rounding() > 0 ? 0.1 : 2.0;
            };
        values = values.with(parameter, value);
      }
    }
    return values;
  }
}
