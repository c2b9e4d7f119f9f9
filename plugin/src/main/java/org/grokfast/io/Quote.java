package org.grokfast.io;

import java.util.List;
import java.util.Locale;
import org.grokfast.text.Characters;

/** Puts names that come from a file into messages: escaped, and cut where they are long. */
public final class Quote {
  private static final int LONGEST_NAME = 120;
  private static final int LONGEST_PATH = 12;

  private Quote() {}

  /** The name in double quotes; control characters escaped, at most 120 characters of it. */
  public static String name(String name) {
    StringBuilder text = new StringBuilder("\"");
    int shown = Math.min(name.length(), LONGEST_NAME);
    for (int i = 0; i < shown; i++) {
      char c = name.charAt(i);
      if (!Characters.isPrintable(c)) {
        text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.append(shown < name.length() ? "…\"" : "\"").toString();
  }

  /** Names joined by arrows; the middle of a long path is left out, with its length. */
  public static String path(List<String> names) {
    StringBuilder text = new StringBuilder();
    int half = LONGEST_PATH / 2;
    for (int i = 0; i < names.size(); i++) {
      if (names.size() > LONGEST_PATH && i == half) {
        int end = names.size() - half;
        text.append(" -> (").append(end - i).append(" more)");
        i = end;
      }
      text.append(text.isEmpty() ? "" : " -> ").append(name(names.get(i)));
    }
    return text.toString();
  }
}
