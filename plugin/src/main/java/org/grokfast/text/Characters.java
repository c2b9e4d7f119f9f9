package org.grokfast.text;

/** Tells text from binary data. */
public final class Characters {
  private Characters() {}

  /** Whether the text has no control characters other than tab and line ends. */
  public static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c >= ' ' || c == '\t' || c == '\n' || c == '\r');
  }

  /**
   * Whether a character may be printed as it is: it is no control character, shows that it is there
   * and doesn't change the order of what is around it, as the controls of bidirectional text do.
   */
  public static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** Whether a name in a text file can start with it. */
  public static boolean isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  /** Whether it is a decimal digit of ASCII. */
  public static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
