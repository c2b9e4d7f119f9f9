package org.grokfast.tests.sparknlp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Sentences in the form of CoNLL 2003: a line a token, with the token first and its tag last, and
 * an empty line after each sentence.
 */
final class ConllFile {
  private static final String HEADER = "-DOCSTART- -X- -X- O\n\n";
  private static final List<String> SYLLABLES =
      List.of("ka", "lo", "mi", "ter", "vin", "sol", "rad", "pel", "nor", "gus", "hen", "du");
  private static final List<String> VERBS = List.of("visits", "likes", "left", "knows", "praised");

  private ConllFile() {}

  /**
   * A sentence.
   *
   * @param words its tokens
   * @param tags their tags, {@code O} or {@code B-} or {@code I-} with the kind of entity
   */
  record Sentence(List<String> words, List<String> tags) {
    Sentence {
      words = List.copyOf(words);
      tags = List.copyOf(tags);
    }
  }

  /** Writes sentences that are made up. */
  static Path write(Path file, int sentences, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder(HEADER);
    for (int i = 0; i < sentences; i++) {
      List<String> lines = new ArrayList<>();
      person(lines, random);
      lines.add(one(VERBS, random) + " VBZ I-VP O");
      if (random.nextBoolean()) {
        lines.add(name("borg", random) + " NNP I-NP B-LOC");
      } else {
        lines.add("the DT I-NP O");
        lines.add(name("co", random) + " NNP I-NP B-ORG");
        lines.add("Group NNP I-NP I-ORG");
      }
      if (random.nextBoolean()) {
        lines.add("with IN I-PP O");
        person(lines, random);
      }
      lines.add(". . O O");
      text.append(String.join("\n", lines)).append("\n\n");
    }
    return Files.writeString(file, text);
  }

  private static void person(List<String> lines, SplittableRandom random) {
    lines.add(name("", random) + " NNP I-NP B-PER");
    if (random.nextBoolean()) {
      lines.add(name("ling", random) + " NNP I-NP I-PER");
    }
  }

  /** A name that was hardly ever seen before; its ending, or its place, says what it names. */
  private static String name(String ending, SplittableRandom random) {
    String name = one(SYLLABLES, random) + one(SYLLABLES, random) + ending;
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  private static String one(List<String> words, SplittableRandom random) {
    return words.get(random.nextInt(words.size()));
  }

  /** Reads them as Spark NLP's reader does: documents begin with {@code -DOCSTART-}. */
  static List<Sentence> read(Path file) throws IOException {
    List<Sentence> sentences = new ArrayList<>();
    List<String> words = new ArrayList<>();
    List<String> tags = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] cells = line.strip().split(" ", -1);
      if (cells[0].isEmpty() || cells[0].equals("-DOCSTART-")) {
        if (!words.isEmpty()) {
          sentences.add(new Sentence(words, tags));
          words.clear();
          tags.clear();
        }
      } else {
        words.add(cells[0]);
        tags.add(cells[cells.length - 1]);
      }
    }
    return sentences;
  }
}
