package org.grokfast.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.NonFinite;
import org.grokfast.filter.options.Schedule;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.filter.options.Tunable;
import org.grokfast.filter.options.VariableOverride;
import org.grokfast.pass.Passes;
import org.grokfast.pass.StepPass;
import org.grokfast.probe.ProbeSetting;

/**
 * Reads {@link GradientFilter#describe()} back. Strict: every key, in its order, and nothing else.
 * Patterns stand in lists without quotes, so that one with a comma and a space in it comes back as
 * two; the description of the result is the same.
 */
public final class FilterDescription {
  private static final Pattern MEMBER = Pattern.compile("\\s*([a-z-]+)\\s*(\\(([^()]*)\\))?\\s*");

  private static final String PROBES = ", probes=[";
  private static final String PASSES = ", passes=[";

  private final String text;
  private int at;

  private FilterDescription(String text) {
    this.text = text;
  }

  /**
   * The filter of a description.
   *
   * @throws IllegalArgumentException if the text is no description of a filter
   */
  public static GradientFilter parse(String text) {
    GradientFilter filter = new FilterDescription(text).filter();
    if (!filter.describe().equals(text)) {
      throw new IllegalArgumentException(
          "'" + text + "' is no filter's description; nearest: " + filter.describe());
    }
    return filter;
  }

  /**
   * A description as messages quote it: without the options that are as by default. Parameters of
   * the kind of filter stay.
   */
  public static String brief(String description) {
    String brief = description;
    for (String option : FilterOptions.DEFAULTS.describe().split(", (?=[a-z-]+=)", -1)) {
      String quoted = Pattern.quote(option);
      brief = brief.replaceAll(", " + quoted + "(?=[,)])", "");
      brief = brief.replaceAll("(?<=\\()" + quoted + "(?:, |(?=\\)))", "");
    }
    return brief;
  }

  private GradientFilter filter() {
    if (text.startsWith(Chain.KIND + "(")) {
      return chain();
    }
    String kind = text.substring(0, Math.max(0, text.indexOf('(')));
    FilterType<? extends GradientFilter> type =
        (kind.equals(Unfiltered.KIND) ? Optional.of(Unfiltered.TYPE) : Filters.of(kind))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "'" + text + "' is no filter's description; expected " + kinds()));
    at = kind.length() + 1;
    ParameterValues values = ParameterValues.DEFAULTS;
    List<Parameter<?>> parameters = type.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      Parameter<?> parameter = parameters.get(i);
      String next = i + 1 < parameters.size() ? parameters.get(i + 1).name() : "start-step";
      String value = until(parameter.name(), ", " + next + "=");
      values = values.with(parameter, parameter.parse(value));
    }
    return type.factory().create(values, options(type));
  }

  private GradientFilter chain() {
    at = Chain.KIND.length() + 1;
    int stop = text.indexOf(", start-step=");
    if (stop < 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is no filter's description; expected ', start-step='");
    }
    GradientFilter members = parseText(text.substring(at, stop));
    at = stop + ", ".length();
    FilterOptions options = options(members.type());
    return members.type().factory().create(members.type().values(members.values()), options);
  }

  /**
   * A filter from {@link GradientFilter#text}, or several with commas between them, which are a
   * chain. What is not in brackets has its default, and so have the shared options.
   *
   * @throws IllegalArgumentException saying what is expected, if it can't be read or a value is out
   *     of its range
   */
  public static GradientFilter parseText(String text) {
    List<GradientFilter> members = new ArrayList<>();
    Matcher member = MEMBER.matcher(text);
    int end = 0;
    while (member.lookingAt()) {
      members.add(member(member.group(1), member.group(3)));
      end = member.end();
      if (end < text.length() && text.charAt(end) != ',') {
        break;
      }
      member.region(Math.min(end + 1, text.length()), text.length());
    }
    if (end < text.length() || members.isEmpty()) {
      throw new IllegalArgumentException(
          "expected filters such as 'ema(alpha=0.9, lamb=1.5), perp', was '"
              + text
              + "', which can't be read from '"
              + text.substring(end)
              + "' on");
    }
    return members.size() == 1 ? members.get(0) : Chain.of(members.toArray(new GradientFilter[0]));
  }

  private static GradientFilter member(String kind, String assignments) {
    FilterType<? extends GradientFilter> type =
        Filters.of(kind)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "there is no filter '" + kind + "'; expected one of " + names()));
    ParameterValues values = ParameterValues.DEFAULTS;
    if (assignments != null && !assignments.isBlank()) {
      for (String assignment : assignments.split(",", -1)) {
        int equals = assignment.indexOf('=');
        String name = assignment.substring(0, Math.max(0, equals)).strip();
        Parameter<?> parameter =
            type.parameter(name)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            kind + " has no parameter in '" + assignment.strip() + "'"));
        if (values.byName().containsKey(name)) {
          throw new IllegalArgumentException(kind + " has " + name + " twice");
        }
        values = values.with(parameter, parameter.parse(assignment.substring(equals + 1).strip()));
      }
    }
    return type.factory().create(values, FilterOptions.DEFAULTS);
  }

  private static String names() {
    return Filters.ALL.stream().map(FilterType::kind).collect(Collectors.joining(", "));
  }

  private static String kinds() {
    return Filters.ALL.stream()
        .map(type -> type.kind() + "(...)")
        .collect(Collectors.joining(", "))
        .replaceFirst(", ([^,]*)$", " or $1");
  }

  private FilterOptions options(FilterType<?> type) {
    FilterOptions.Builder builder = FilterOptions.builder();
    builder.startStep(whole(until("start-step", ", stop-step="), "start-step"));
    String stop = until("stop-step", ", ramp-steps=");
    builder.stopStep(stop.equals("none") ? Schedule.NEVER : whole(stop, "stop-step"));
    builder.rampSteps(whole(until("ramp-steps", ", include="), "ramp-steps"));
    builder.include(list("include", ", exclude=[").toArray(new String[0]));
    builder.exclude(list("exclude", ", overrides=[").toArray(new String[0]));
    builder.overrides(overrides(type, list("overrides", ", state-dtype=")));
    String state = until("state-dtype", ", non-finite=");
    if (!state.equals("auto")) {
      builder.statePrecision(choice(Precision.class, state));
    }
    builder.nonFinite(choice(NonFinite.class, until("non-finite", ", sparse=")));
    builder.sparse(choice(SparseGradients.class, until("sparse", ", compensate-lr=")));
    builder.compensateLearningRate(truth(until("compensate-lr", ", tunable="), "compensate-lr"));
    boolean probed = text.indexOf(PROBES, at) >= 0;
    boolean passes = text.indexOf(PASSES, at) >= 0;
    String last = passes ? PASSES : ")";
    boolean tunable = truth(until("tunable", probed ? PROBES : last), "tunable");
    if (probed) {
      String probes =
          until("probes=[", passes ? "]" + PASSES : "])", passes ? PASSES.length() - 2 : 0);
      builder.probes(
          Arrays.stream(probes.split(", ", -1))
              .map(ProbeSetting::parse)
              .toArray(ProbeSetting[]::new));
    }
    if (passes) {
      int end = Math.max(at, text.lastIndexOf("])"));
      String each = text.substring(Math.min(end, at + PASSES.length() - 2), end);
      builder.passes(Passes.parse(each).toArray(new StepPass[0]));
    }
    return builder.tunable(tunable ? Tunable.AUTO : Tunable.NO).build();
  }

  /** The value of a key; reading goes on at the next key, or behind the last one. */
  private String until(String key, String end) {
    return until(key + "=", end, end.startsWith(", ") ? end.length() - 2 : 0);
  }

  /** What stands between two texts; the last {@code kept} characters of the end are read again. */
  private String until(String start, String end, int kept) {
    int stop = text.startsWith(start, at) ? text.indexOf(end, at + start.length()) : -1;
    if (stop < 0) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no filter's description; expected '"
              + start
              + "' at position "
              + at
              + " and '"
              + end
              + "' after it");
    }
    String value = text.substring(at + start.length(), stop);
    at = stop + end.length() - kept;
    return value;
  }

  /** The elements of a list: its brackets tell it from the key that follows. */
  private List<String> list(String key, String next) {
    String value = until(key + "=[", "]" + next, next.length() - 2);
    return value.isEmpty() ? List.of() : Arrays.asList(value.split(", ", -1));
  }

  private VariableOverride[] overrides(FilterType<?> type, List<String> entries) {
    List<VariableOverride> overrides = new ArrayList<>();
    for (String entry : entries) {
      int colon = entry.lastIndexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException("'" + text + "': override '" + entry + "' sets nothing");
      }
      overrides.add(
          type.override(entry.substring(0, colon), entry.substring(colon + 1).split(",", -1)));
    }
    return overrides.toArray(new VariableOverride[0]);
  }

  private static long whole(String value, String key) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " must be a whole number, was '" + value + "'", e);
    }
  }

  private static boolean truth(String value, String key) {
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException(key + " must be true or false, was '" + value + "'");
    }
    return value.equals("true");
  }

  private static <E extends Enum<E>> E choice(Class<E> type, String value) {
    return Enum.valueOf(type, value.toUpperCase(Locale.ROOT));
  }
}
