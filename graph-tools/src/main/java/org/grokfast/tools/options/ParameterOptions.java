package org.grokfast.tools.options;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.grokfast.filter.FilterType;
import org.grokfast.filter.Filters;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Parameter;
import org.grokfast.filter.ParameterValues;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * One option for each name of a parameter in {@link Filters#ALL}. Filters that have a parameter of
 * the same name mean the same by it; its default is each filter's own.
 */
final class ParameterOptions {
  private final Map<String, OptionSpec> options = new LinkedHashMap<>();

  ParameterOptions() {
    // Numbers first, as they are what is set most.
    for (Predicate<Parameter<?>> kind :
        List.<Predicate<Parameter<?>>>of(Parameter::isNumber, p -> !p.isNumber())) {
      Filters.ALL.stream()
          .flatMap(type -> type.parameters().stream())
          .filter(kind)
          .forEach(
              parameter -> options.computeIfAbsent(parameter.option(), o -> option(parameter)));
    }
  }

  /** All of them. */
  Collection<OptionSpec> all() {
    return options.values();
  }

  /** The options, in an order for help texts. */
  void addTo(CommandSpec spec) {
    options.values().forEach(spec::addOption);
  }

  /** What overrides can set: {@code alpha, lamb or window}. */
  String numbers() {
    return alternatives(
        Filters.ALL.stream()
            .flatMap(type -> type.numbers().stream())
            .map(Parameter::name)
            .distinct());
  }

  private static OptionSpec option(Parameter<?> parameter) {
    OptionSpec.Builder option =
        OptionSpec.builder(parameter.option()).description(description(parameter));
    return parameter.isFlag()
        ? option.type(boolean.class).arity("0").build()
        : option.type(parameter.type()).arity("1").paramLabel(parameter.help().label()).build();
  }

  private static String description(Parameter<?> parameter) {
    List<FilterType<?>> owners = owners(parameter.option());
    String text = parameter.help().text();
    String sentence =
        owners.size() == Filters.ALL.size()
            ? text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1)
            : owners.stream().map(FilterType::kind).collect(Collectors.joining(", ", "", ": "))
                + text;
    return sentence + (text.contains("default") ? "." : defaults(parameter, owners) + ".");
  }

  private static String defaults(Parameter<?> parameter, List<FilterType<?>> owners) {
    if (parameter.isFlag()) {
      return "; default: no";
    }
    String values =
        owners.stream()
            .map(
                type ->
                    defaultOf(type, parameter.name())
                        + (owners.size() == 1 ? "" : " for " + type.kind()))
            .collect(Collectors.joining(", "));
    return "; default " + values;
  }

  /** A task's command says in its bundle where its reference run has another value. */
  private static String defaultOf(FilterType<?> type, String name) {
    Parameter<?> parameter = type.parameter(name).orElseThrow();
    String text = parameter.text(parameter.defaultValue()).replaceFirst("\\.0$", "");
    return "${bundle:" + bundleKey(type, parameter) + ":-" + text + "}";
  }

  private static List<FilterType<?>> owners(String option) {
    return Filters.ALL.stream()
        .filter(type -> type.parameters().stream().anyMatch(p -> p.option().equals(option)))
        .collect(Collectors.toList());
  }

  /**
   * The values of a filter's parameters.
   *
   * @param type the filter
   * @param reference a filter whose values are the defaults, if it is of this type
   * @param given the options that were given
   * @throws IllegalArgumentException if one was given that this filter doesn't have
   */
  ParameterValues values(
      FilterType<?> type, GradientFilter reference, Predicate<OptionSpec> given) {
    refuse(type.kind(), type.parameters().stream().map(Parameter::option), given);
    ParameterValues values = ParameterValues.DEFAULTS;
    List<Parameter<?>> parameters = type.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      Parameter<?> parameter = parameters.get(i);
      OptionSpec option = options.get(parameter.option());
      if (given.test(option)) {
        Object value =
            parameter.isFlag() ? !((Boolean) parameter.defaultValue()) : option.getValue();
        values = values.with(parameter, value);
      } else if (reference.type().equals(type)) {
        values = values.with(parameter, reference.values().get(i));
      }
    }
    return values;
  }

  /**
   * Refuses options of other filters.
   *
   * @param kind what was given as {@code --filter}
   * @param own the options that it has
   */
  void refuse(String kind, Stream<String> own, Predicate<OptionSpec> given) {
    List<String> known = own.toList();
    options.forEach(
        (name, option) -> {
          if (!known.contains(name) && given.test(option)) {
            String owners =
                owners(name).stream().map(FilterType::kind).collect(Collectors.joining(" or "));
            throw new IllegalArgumentException(
                name + " is an option of --filter " + owners + ", not of --filter " + kind);
          }
        });
  }

  /** The words with commas between them and an "or" before the last. */
  static String alternatives(Stream<String> words) {
    return words.collect(Collectors.joining(", ")).replaceFirst(", ([^,]*)$", " or $1");
  }

  /** The key of a parameter's default in the resource bundle of a command. */
  static String bundleKey(FilterType<?> type, Parameter<?> parameter) {
    return "default." + type.kind() + "." + parameter.name();
  }
}
