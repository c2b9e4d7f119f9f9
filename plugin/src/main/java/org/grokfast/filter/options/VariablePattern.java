package org.grokfast.filter.options;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The regular expressions by which options choose variables, as {@link Pattern} has them. Such an
 * expression can take time that doubles with every character of a name, and names come from files;
 * so a search ends after {@value #MOST_READS} characters that it looks at, again and again or not.
 */
final class VariablePattern {
  /** Ordinary expressions look at each character of a name a few times, or once for each start. */
  private static final int MOST_READS = 10_000_000;

  private static final int LONGEST_PATTERN = 10_000;
  private static final int LONGEST_SHOWN = 60;

  private VariablePattern() {}

  /**
   * Whether the variable's name contains a match.
   *
   * @throws IllegalArgumentException naming the option, if the search takes too long
   */
  static boolean matches(String option, String pattern, String variable) {
    Pattern compiled = compile(option, pattern);
    try {
      return compiled.matcher(new CountedText(variable)).find();
    } catch (TooManyReadsException | StackOverflowError e) {
      throw new IllegalArgumentException(
          option
              + " pattern '"
              + shown(pattern)
              + "' was not done with the name '"
              + shown(variable)
              + "' ("
              + variable.length()
              + " characters) within "
              + MOST_READS
              + " steps; repeat no group that repeats, and give ^ or $ where names start or end",
          e);
    }
  }

  /**
   * Compiles a pattern.
   *
   * @throws IllegalArgumentException naming the option, if it is not a regular expression
   */
  static Pattern compile(String option, String pattern) {
    if (pattern.length() > LONGEST_PATTERN) {
      throw new IllegalArgumentException(
          option
              + " pattern '"
              + shown(pattern)
              + "' has "
              + pattern.length()
              + " characters; expected at most "
              + LONGEST_PATTERN);
    }
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          option
              + " pattern '"
              + shown(pattern)
              + "' is not a regular expression: "
              + e.getDescription()
              + " at position "
              + e.getIndex(),
          e);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException(
          option + " pattern '" + shown(pattern) + "' is nested too deeply", e);
    }
  }

  private static String shown(String text) {
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
  }

  /** The search looks at more characters than it may. */
  private static final class TooManyReadsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyReadsException() {
      super("too many steps", null, false, false);
    }
  }

  /** A text that counts how often it is looked at. */
  private static final class CountedText implements CharSequence {
    private final String text;
    private int reads;

    CountedText(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++reads > MOST_READS) {
        throw new TooManyReadsException();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
