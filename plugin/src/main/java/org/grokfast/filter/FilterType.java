package org.grokfast.filter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.filter.options.VariableOverride;

/**
 * A kind of filter: all that is said of it outside its own class. Descriptions, options of the
 * command line and their refusals, searches, the documentation's table and the variants in tests
 * are derived from the types in {@link Filters#ALL}.
 *
 * @param kind the name in descriptions and on the command line: {@code ema}
 * @param about what it is, in a few words: {@code exponential moving average}
 * @param formula what it computes, for the documentation
 * @param parameters its parameters, in the order of descriptions
 * @param factory makes a filter of this kind
 * @param shapes the shapes of variables that it takes; empty for all
 * @param refusals the shared options that it can't have
 * @param rounding how far float32 gradients may be from the array interpreter's, relative to the
 *     largest element, by nothing but roundings; 0 where they are the same to the last bit
 * @param <F> the filters of this kind
 */
public record FilterType<F>(
    String kind,
    String about,
    String formula,
    List<Parameter<?>> parameters,
    Factory<F> factory,
    Optional<Shapes> shapes,
    List<Refusal> refusals,
    double rounding) {

  /** Makes the lists immutable. */
  public FilterType {
    parameters = List.copyOf(parameters);
    refusals = List.copyOf(refusals);
  }

  /** Makes filters of one kind. */
  @FunctionalInterface
  public interface Factory<F> {
    /**
     * A filter.
     *
     * @throws IllegalArgumentException if a value is out of its range or the filter can't have an
     *     option
     */
    F create(ParameterValues values, FilterOptions options);
  }

  /**
   * The shapes that a filter takes.
   *
   * @param text what they are: {@code matrices}
   * @param test whether a shape is one
   */
  public record Shapes(String text, Predicate<List<Long>> test) {}

  /**
   * A shared option that a filter can't have.
   *
   * @param given whether it is given
   * @param reason the message: what the filter lacks, and what to do
   */
  public record Refusal(Predicate<FilterOptions> given, String reason) {}

  /** A type that takes every shape and every option. */
  public static <F> FilterType<F> of(
      String kind,
      String about,
      String formula,
      List<Parameter<?>> parameters,
      Factory<F> factory) {
    return new FilterType<>(
        kind, about, formula, parameters, factory, Optional.empty(), List.of(), 0);
  }

  /** This type for variables of two dimensions alone. */
  public FilterType<F> forMatrices() {
    Shapes matrices = new Shapes("matrices", shape -> shape.size() == 2);
    return new FilterType<>(
        kind, about, formula, parameters, factory, Optional.of(matrices), refusals, rounding);
  }

  /** This type with a tolerance for the roundings of float32. */
  public FilterType<F> withRounding(double tolerance) {
    return new FilterType<>(kind, about, formula, parameters, factory, shapes, refusals, tolerance);
  }

  /** This type without lazy updates of single rows. */
  public FilterType<F> withoutLazyRows(String need) {
    return refusing(
        options -> options.sparse() == SparseGradients.LAZY,
        need + " and sparse=lazy gives it rows; use sparse=densify");
  }

  /** This type without {@code compensate-lr}: it has no gain. */
  public FilterType<F> withoutCompensation() {
    return refusing(
        FilterOptions::compensateLearningRate, "has no gain that compensate-lr could divide by");
  }

  /**
   * This type without what only a memory of gradients can have: it filters whole gradients, and has
   * no lamb that could grow or be compensated. A start and a stop it has.
   */
  public FilterType<F> stateless() {
    return withoutLazyRows("needs whole variables")
        .withoutCompensation()
        .refusing(
            options -> options.schedule().ramp() > 0, "has no lamb that ramp-steps could raise");
  }

  private FilterType<F> refusing(Predicate<FilterOptions> given, String reason) {
    List<Refusal> all = new ArrayList<>(refusals);
    all.add(new Refusal(given, "the " + kind + " filter " + reason));
    return new FilterType<>(kind, about, formula, parameters, factory, shapes, all, rounding);
  }

  /** A filter of this kind with its defaults. */
  public F defaults() {
    return factory.create(ParameterValues.DEFAULTS, FilterOptions.DEFAULTS);
  }

  /** The parameter of a name. */
  public Optional<Parameter<?>> parameter(String name) {
    return parameters.stream().filter(parameter -> parameter.name().equals(name)).findFirst();
  }

  /** The parameters that can be overridden for single variables and are varied by a search. */
  public List<Parameter<?>> numbers() {
    return parameters.stream().filter(Parameter::isNumber).collect(Collectors.toList());
  }

  /** Whether variables of a shape can be filtered. */
  public boolean takes(List<Long> shape) {
    return shapes.isEmpty() || shapes.get().test().test(shape);
  }

  /**
   * Checks the shared options of a filter of this kind.
   *
   * @throws IllegalArgumentException if the filter can't have one of them, or an override sets what
   *     the filter doesn't have
   */
  public void require(FilterOptions options) {
    for (Refusal refusal : refusals) {
      if (refusal.given().test(options)) {
        throw new IllegalArgumentException(refusal.reason());
      }
    }
    for (VariableOverride override : options.selection().overrides()) {
      try {
        override.values().forEach(this::require);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "override for '" + override.pattern() + "': " + e.getMessage(), e);
      }
    }
  }

  private void require(String name, Number value) {
    Parameter<?> parameter = number(name);
    if (!parameter.type().isInstance(value)) {
      throw new IllegalArgumentException(
          name + " must be " + (parameter.isReal() ? "a Double" : "an Integer") + ", was " + value);
    }
  }

  /**
   * An override from its text.
   *
   * @param pattern which variables it is for
   * @param assignments what it sets, each as {@code name=value}
   * @throws IllegalArgumentException if one sets something that this kind doesn't have, or is no
   *     number
   */
  public VariableOverride override(String pattern, String... assignments) {
    Map<String, Number> values = new LinkedHashMap<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      String name = equals < 0 ? assignment : assignment.substring(0, equals);
      Parameter<?> parameter = number(name);
      String value = equals < 0 ? "" : assignment.substring(equals + 1);
      values.put(name, (Number) parameter.parse(value));
    }
    return new VariableOverride(pattern, values);
  }

  private Parameter<?> number(String name) {
    return parameter(name)
        .filter(Parameter::isNumber)
        .orElseThrow(
            () -> {
              String names =
                  numbers().stream().map(Parameter::name).collect(Collectors.joining(", "));
              return new IllegalArgumentException(
                  "'"
                      + name
                      + "' can't be overridden; "
                      + (names.isEmpty() ? kind + " has no number" : kind + " has " + names));
            });
  }

  /** The values of a filter with those of an override in their place. */
  ParameterValues overridden(List<Object> values, Map<String, Number> override) {
    ParameterValues all = values(values);
    for (Parameter<?> parameter : parameters) {
      if (override.containsKey(parameter.name())) {
        all = all.with(parameter, override.get(parameter.name()));
      }
    }
    return all;
  }

  /** The values of a filter, which stand in the order of the parameters, by name. */
  public ParameterValues values(List<Object> values) {
    ParameterValues all = ParameterValues.DEFAULTS;
    for (int i = 0; i < values.size(); i++) {
      all = all.with(parameters.get(i), values.get(i));
    }
    return all;
  }
}
