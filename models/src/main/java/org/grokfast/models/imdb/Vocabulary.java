package org.grokfast.models.imdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The words that a model knows, numbered from 1 by how often they occur; 0 is padding. All others
 * are passed over.
 */
public final class Vocabulary {
  private final List<String> words;
  private final Map<String, Integer> numbers = new HashMap<>();

  /**
   * A vocabulary.
   *
   * @param words the one with number 1 first
   */
  public Vocabulary(List<String> words) {
    this.words = List.copyOf(words);
    for (String word : words) {
      numbers.put(word, numbers.size() + 1);
    }
  }

  /**
   * The most frequent words of some texts, stop words left out. Of words that are equally frequent
   * the one that occurs first comes first.
   *
   * @param most how many there may be
   */
  static Vocabulary of(Collection<String> texts, int most) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String text : texts) {
      for (String word : Words.of(text)) {
        if (!StopWords.ENGLISH.contains(word)) {
          counts.merge(word, 1, Integer::sum);
        }
      }
    }
    return new Vocabulary(
        counts.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .limit(most)
            .map(Map.Entry::getKey)
            .toList());
  }

  /**
   * The vocabulary of an exported model, {@code assets.extra/vocabulary.txt} in its folder: a word
   * on each line, the one with number 1 first.
   *
   * @throws IOException if the file can't be read
   */
  public static Vocabulary read(Path file) throws IOException {
    return new Vocabulary(Files.readAllLines(file));
  }

  /** The words by their numbers; the first has number 1. */
  public List<String> words() {
    return words;
  }

  /**
   * A text as numbers: its first known words, at most {@code length}, with zeros before them.
   *
   * @return an array of {@code length} elements
   */
  public int[] encode(String text, int length) {
    List<Integer> known =
        Words.of(text).stream()
            .filter(numbers::containsKey)
            .map(numbers::get)
            .limit(length)
            .toList();
    int[] padded = new int[length];
    for (int i = 0; i < known.size(); i++) {
      padded[length - known.size() + i] = known.get(i);
    }
    return padded;
  }
}
