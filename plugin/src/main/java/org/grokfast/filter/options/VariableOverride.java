package org.grokfast.filter.options;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Parameters for the variables whose name contains a match of {@code pattern}; what is not set
 * stays as the filter has it. A filter refuses options that set a parameter that it doesn't have.
 *
 * @param pattern a regular expression, searched for in the variable's name
 * @param values the parameters that are set, by name: a {@link Double} where the parameter is real,
 *     an {@link Integer} where it is whole
 */
public record VariableOverride(String pattern, Map<String, Number> values) {

  /**
   * @throws IllegalArgumentException if the pattern is not a regular expression or nothing is set
   */
  public VariableOverride {
    VariablePattern.compile("override", pattern);
    if (values.isEmpty()) {
      throw new IllegalArgumentException(
          "override for '" + pattern + "' must set at least one parameter");
    }
    // Sorted, so that the description doesn't depend on the order in which they were set.
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /** An override that sets lamb alone; {@code 0} leaves the matching variables unfiltered. */
  public static VariableOverride lamb(String pattern, double lamb) {
    return new VariableOverride(pattern, Map.of("lamb", lamb));
  }

  /** An override that sets alpha alone. */
  public static VariableOverride alpha(String pattern, double alpha) {
    return new VariableOverride(pattern, Map.of("alpha", alpha));
  }

  /** An override that sets the window alone. */
  public static VariableOverride window(String pattern, int window) {
    return new VariableOverride(pattern, Map.of("window", window));
  }

  /** Whether this override applies to the variable. */
  public boolean matches(String variable) {
    return VariablePattern.matches("override", pattern, variable);
  }

  /** {@code pattern:name=value,…}, in alphabetical order. */
  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(",", pattern + ":", ""));
  }
}
