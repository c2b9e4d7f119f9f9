package org.grokfast.filter.options;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The regular expressions by which options choose variables. */
final class VariablePattern {
  private VariablePattern() {}

  /** Whether the variable's name contains a match. */
  static boolean matches(String option, String pattern, String variable) {
    return compile(option, pattern).matcher(variable).find();
  }

  /**
   * Compiles a pattern.
   *
   * @throws IllegalArgumentException naming the option, if it is not a regular expression
   */
  static Pattern compile(String option, String pattern) {
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          option
              + " pattern '"
              + pattern
              + "' is not a regular expression: "
              + e.getDescription()
              + " at position "
              + e.getIndex(),
          e);
    }
  }
}
