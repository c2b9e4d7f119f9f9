package org.grokfast.models.imdb;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * English function words, which say little of what a review thinks. The list is this project's own,
 * by word class, in {@code stop-words.txt}. It is chosen to drop the words that the reference's
 * drops, which is that of the Natural Language Toolkit; the toolkit's list states no licence. Of
 * that list only the entries without an apostrophe can ever match, since {@link Words} leaves none.
 */
final class StopWords {
  private static final String FILE = "stop-words.txt";

  /** All of them. */
  static final Set<String> ENGLISH = read();

  private StopWords() {}

  private static Set<String> read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                StopWords.class.getResourceAsStream(FILE), StandardCharsets.UTF_8))) {
      return in.lines()
          .filter(line -> !line.startsWith("#"))
          .flatMap(line -> Arrays.stream(line.split(" ")))
          .filter(word -> !word.isEmpty())
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + FILE, e);
    }
  }
}
