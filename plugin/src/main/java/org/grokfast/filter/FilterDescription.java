package org.grokfast.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.grokfast.filter.algebra.Precision;

/**
 * Reads {@link GradientFilter#describe()} back. Strict: every key, in its order, and nothing else.
 * Patterns stand in lists without quotes, so that one with a comma and a space in it comes back as
 * two; the description of the result is the same.
 */
public final class FilterDescription {
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

  private GradientFilter filter() {
    if (text.startsWith("ema(")) {
      at = "ema(".length();
      double alpha = number(until("alpha", ", lamb="), "alpha");
      double lamb = number(until("lamb", ", first-step="), "lamb");
      FirstStep first = choice(FirstStep.class, until("first-step", ", start-step="));
      return new Ema(alpha, lamb, first, options());
    }
    if (text.startsWith("ma(")) {
      at = "ma(".length();
      int window = Math.toIntExact(whole(until("window", ", lamb="), "window"));
      double lamb = number(until("lamb", ", type="), "lamb");
      Averaging averaging = choice(Averaging.class, until("type", ", warmup="));
      boolean warmup = truth(until("warmup", ", start-step="), "warmup");
      return new MovingAverage(window, lamb, averaging, warmup, options());
    }
    if (text.startsWith("orthogonal(")) {
      at = "orthogonal(".length();
      double alpha = number(until("alpha", ", lamb="), "alpha");
      double lamb = number(until("lamb", ", start-step="), "lamb");
      return new Orthogonal(alpha, lamb, options());
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no filter's description; expected ema(...), ma(...) or orthogonal(...)");
  }

  private FilterOptions options() {
    FilterOptions.Builder builder = FilterOptions.builder();
    builder.startStep(whole(until("start-step", ", stop-step="), "start-step"));
    String stop = until("stop-step", ", ramp-steps=");
    builder.stopStep(stop.equals("none") ? Schedule.NEVER : whole(stop, "stop-step"));
    builder.rampSteps(whole(until("ramp-steps", ", include="), "ramp-steps"));
    builder.include(list("include", ", exclude=[").toArray(new String[0]));
    builder.exclude(list("exclude", ", overrides=[").toArray(new String[0]));
    builder.overrides(overrides(list("overrides", ", state-dtype=")));
    String state = until("state-dtype", ", non-finite=");
    if (!state.equals("auto")) {
      builder.statePrecision(choice(Precision.class, state));
    }
    builder.nonFinite(choice(NonFinite.class, until("non-finite", ", sparse=")));
    builder.sparse(choice(SparseGradients.class, until("sparse", ", compensate-lr=")));
    builder.compensateLearningRate(truth(until("compensate-lr", ", tunable="), "compensate-lr"));
    return builder.tunable(truth(until("tunable", ")"), "tunable")).build();
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

  private VariableOverride[] overrides(List<String> entries) {
    List<VariableOverride> overrides = new ArrayList<>();
    for (String entry : entries) {
      int colon = entry.lastIndexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException("'" + text + "': override '" + entry + "' sets nothing");
      }
      Optional<Double> alpha = Optional.empty();
      Optional<Double> lamb = Optional.empty();
      Optional<Integer> window = Optional.empty();
      for (String assignment : entry.substring(colon + 1).split(",", -1)) {
        int equals = assignment.indexOf('=');
        String value = assignment.substring(equals + 1);
        switch (assignment.substring(0, Math.max(0, equals))) {
          case "alpha" -> alpha = Optional.of(number(value, "alpha"));
          case "lamb" -> lamb = Optional.of(number(value, "lamb"));
          case "window" -> window = Optional.of(Math.toIntExact(whole(value, "window")));
          default ->
              throw new IllegalArgumentException(
                  "'" + text + "': an override cannot set '" + assignment + "'");
        }
      }
      overrides.add(new VariableOverride(entry.substring(0, colon), alpha, lamb, window));
    }
    return overrides.toArray(new VariableOverride[0]);
  }

  private static double number(String value, String key) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " must be a number, was '" + value + "'", e);
    }
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
