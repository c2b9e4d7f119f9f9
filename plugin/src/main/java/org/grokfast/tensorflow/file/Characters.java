package org.grokfast.tensorflow.file;

/** Tells text from binary data. */
final class Characters {
  private Characters() {}

  /** Whether the text has no control characters other than tab and line ends. */
  static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c >= ' ' || c == '\t' || c == '\n' || c == '\r');
  }

  static boolean isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
