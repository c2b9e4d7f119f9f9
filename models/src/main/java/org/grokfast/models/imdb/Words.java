package org.grokfast.models.imdb;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts a text into words as the reference's {@code main_imdb.py} does: it is put in lower case and
 * cut at white space, and of each piece only letters, underscores and numbers that are no decimal
 * digits stay. So {@code don't} becomes {@code dont} and {@code /><br} becomes {@code br}; pieces
 * of which nothing stays are dropped. White space, letters and numbers are Unicode's, as in Python.
 */
final class Words {
  /** Python's white space that Java's two definitions lack. */
  private static final int NEXT_LINE = 0x85;

  private Words() {}

  /** The words in their order. */
  static List<String> of(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    text.toLowerCase(Locale.ROOT)
        .codePoints()
        .forEach(
            point -> {
              if (isSpace(point)) {
                flush(word, words);
              } else if (isKept(point)) {
                word.appendCodePoint(point);
              }
            });
    flush(word, words);
    return words;
  }

  private static void flush(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  private static boolean isSpace(int point) {
    return Character.isWhitespace(point) || Character.isSpaceChar(point) || point == NEXT_LINE;
  }

  private static boolean isKept(int point) {
    int type = Character.getType(point);
    return Character.isLetter(point)
        || point == '_'
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER;
  }
}
