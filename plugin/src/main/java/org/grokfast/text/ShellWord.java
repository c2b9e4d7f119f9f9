package org.grokfast.text;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Words of commands that are printed to be pasted: a POSIX shell reads each as it is, whatever it
 * holds, and prints nothing that steers the terminal.
 */
public final class ShellWord {
  private static final int ASCII = 128;

  private ShellWord() {}

  /**
   * The word; in single quotes where it holds anything that a shell would read otherwise, and in
   * {@code $'...'} (POSIX.1-2024; bash, ksh, zsh) where it holds characters that are not to be
   * printed.
   */
  public static String of(String word) {
    if (word.codePoints().anyMatch(c -> !Characters.isPrintable(c))) {
      return escaped(word);
    }
    // A tilde or a dash is read otherwise at the start alone; the dash of an option is meant.
    boolean plain = !word.isEmpty() && word.chars().allMatch(ShellWord::isPlain);
    return plain ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** A path as a word. One that starts with a dash is no option. */
  public static String of(Path path) {
    String text = path.toString();
    return of(text.startsWith("-") ? "./" + text : text);
  }

  /** Words with spaces between them. */
  public static String join(Collection<String> words) {
    return words.stream().map(ShellWord::of).collect(Collectors.joining(" "));
  }

  private static boolean isPlain(int c) {
    return c < ASCII && (Character.isLetterOrDigit(c) || "-_./:=,@%+".indexOf(c) >= 0);
  }

  private static String escaped(String word) {
    StringBuilder text = new StringBuilder("$'");
    word.codePoints()
        .forEach(
            c -> {
              if (c == '\'' || c == '\\') {
                text.append('\\').append((char) c);
              } else if (Characters.isPrintable(c)) {
                text.appendCodePoint(c);
              } else {
                for (byte unit : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                  text.append(String.format(Locale.ROOT, "\\%03o", unit & 0xff));
                }
              }
            });
    return text.append("'").toString();
  }
}
