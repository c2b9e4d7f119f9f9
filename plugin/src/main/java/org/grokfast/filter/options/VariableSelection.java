package org.grokfast.filter.options;

import java.util.List;
import java.util.Optional;

/**
 * Which variables are filtered, and with which parameters. Patterns are regular expressions that
 * are searched for in the variable's name; anchor them with {@code ^} and {@code $} for the whole.
 *
 * @param include a variable must match one of these; empty for all
 * @param exclude a variable that matches one of these is left alone
 * @param overrides parameters for some variables; the first that matches wins
 */
public record VariableSelection(
    List<String> include, List<String> exclude, List<VariableOverride> overrides) {

  /** Every variable, with the filter's own parameters. */
  public static final VariableSelection ALL =
      new VariableSelection(List.of(), List.of(), List.of());

  /**
   * @throws IllegalArgumentException if a pattern is not a regular expression
   */
  public VariableSelection {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    overrides = List.copyOf(overrides);
    include.forEach(pattern -> VariablePattern.compile("include", pattern));
    exclude.forEach(pattern -> VariablePattern.compile("exclude", pattern));
  }

  /** Whether the variable is to be filtered. */
  public boolean selects(String variable) {
    return (include.isEmpty() || anyMatch("include", include, variable))
        && !anyMatch("exclude", exclude, variable);
  }

  /** The override that applies to the variable. */
  public Optional<VariableOverride> overrideFor(String variable) {
    return overrides.stream().filter(override -> override.matches(variable)).findFirst();
  }

  private static boolean anyMatch(String option, List<String> patterns, String variable) {
    return patterns.stream()
        .anyMatch(pattern -> VariablePattern.matches(option, pattern, variable));
  }
}
