package org.grokfast.filter;

import java.util.Optional;

/**
 * Parameters for the variables whose name contains a match of {@code pattern}; what is empty stays
 * as the filter has it.
 *
 * @param pattern a regular expression, searched for in the variable's name
 * @param alpha replaces alpha of an {@link Ema}
 * @param lamb replaces lamb
 * @param window replaces the window of a {@link MovingAverage}
 */
public record VariableOverride(
    String pattern, Optional<Double> alpha, Optional<Double> lamb, Optional<Integer> window) {

  /**
   * @throws IllegalArgumentException if the pattern is not a regular expression or nothing is set
   */
  public VariableOverride {
    VariableSelection.compile("override", pattern);
    if (alpha.isEmpty() && lamb.isEmpty() && window.isEmpty()) {
      throw new IllegalArgumentException(
          "override for '" + pattern + "' must set at least one of alpha, lamb and window");
    }
  }

  /** An override that sets lamb alone; {@code 0} leaves the matching variables unfiltered. */
  public static VariableOverride lamb(String pattern, double lamb) {
    return new VariableOverride(pattern, Optional.empty(), Optional.of(lamb), Optional.empty());
  }

  /** An override that sets alpha alone. */
  public static VariableOverride alpha(String pattern, double alpha) {
    return new VariableOverride(pattern, Optional.of(alpha), Optional.empty(), Optional.empty());
  }

  /** An override that sets the window alone. */
  public static VariableOverride window(String pattern, int window) {
    return new VariableOverride(pattern, Optional.empty(), Optional.empty(), Optional.of(window));
  }

  /** Whether this override applies to the variable. */
  public boolean matches(String variable) {
    return VariableSelection.compile("override", pattern).matcher(variable).find();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(pattern).append(':');
    alpha.ifPresent(v -> text.append("alpha=").append(v).append(','));
    lamb.ifPresent(v -> text.append("lamb=").append(v).append(','));
    window.ifPresent(v -> text.append("window=").append(v).append(','));
    return text.substring(0, text.length() - 1);
  }
}
