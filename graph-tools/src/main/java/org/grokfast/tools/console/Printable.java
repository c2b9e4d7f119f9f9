package org.grokfast.tools.console;

import java.util.Locale;
import org.grokfast.text.Characters;

/** Texts from files as they may be printed: what steers a terminal is an escape. */
public final class Printable {
  private Printable() {}

  /** The text, in which every character shows what it is. Line ends are escapes too. */
  public static String text(String text) {
    StringBuilder result = null;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      if (!Characters.isPrintable(c)) {
        result = result == null ? new StringBuilder(text.substring(0, i)) : result;
        for (char unit : Character.toChars(c)) {
          result.append(escaped(unit));
        }
      } else if (result != null) {
        result.appendCodePoint(c);
      }
    }
    return result == null ? text : result.toString();
  }

  static String escaped(char c) {
    return String.format(Locale.ROOT, "\\u%04x", (int) c);
  }
}
