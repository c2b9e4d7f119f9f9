package org.grokfast.tools.console;

import java.nio.file.Path;

/** Spells words so that a shell reads them as they are. */
public final class Shell {
  private Shell() {}

  /** A path as a word. */
  public static String quote(Path path) {
    return quote(path.toString());
  }

  /** The word, in single quotes where it holds anything that a shell would read otherwise. */
  public static String quote(String word) {
    boolean plain = !word.isEmpty();
    for (int i = 0; i < word.length() && plain; i++) {
      char c = word.charAt(i);
      plain = c < 128 && (Character.isLetterOrDigit(c) || "-_./:=,@%+".indexOf(c) >= 0);
    }
    return plain ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
