package org.grokfast.tests.sparknlp;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.grokfast.tests.sparknlp.ConllFile.Sentence;
import org.tensorflow.Session;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * What Spark NLP feeds for some sentences, under the names that it feeds (its class TensorflowNer):
 * lengths of sentences and words, embeddings of words, characters, and tags.
 */
final class TagBatch implements AutoCloseable {
  /** The tags of the sentences, numbered as in the graph; the first is no entity. */
  static final List<String> TAGS =
      List.of("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-MISC", "I-MISC");

  /** The length of the graph's embeddings. */
  static final int EMBEDDING = 100;

  private final TInt32 sentenceLengths;
  private final TInt32 wordLengths;
  private final TInt32 charIds;
  private final TInt32 labels;
  private final TFloat32 embeddings;

  TagBatch(List<Sentence> sentences) {
    int count = sentences.size();
    int longest = sentences.stream().mapToInt(s -> s.words().size()).max().orElseThrow();
    int letters =
        sentences.stream()
            .flatMap(s -> s.words().stream())
            .mapToInt(String::length)
            .max()
            .orElseThrow();
    int[] lengths = new int[count];
    int[][] lettersOf = new int[count][longest];
    int[][][] chars = new int[count][longest][letters];
    int[][] tags = new int[count][longest];
    float[][][] vectors = new float[count][longest][EMBEDDING];
    for (int i = 0; i < count; i++) {
      List<String> words = sentences.get(i).words();
      lengths[i] = words.size();
      for (int j = 0; j < words.size(); j++) {
        String word = words.get(j);
        lettersOf[i][j] = word.length();
        tags[i][j] = TAGS.indexOf(sentences.get(i).tags().get(j));
        for (int k = 0; k < word.length(); k++) {
          // 0 stands for no letter; the graph has 120 of them.
          chars[i][j][k] = word.charAt(k) - ' ' + 1;
        }
        vectors[i][j] = embedding(word);
      }
    }
    sentenceLengths = TInt32.vectorOf(lengths);
    wordLengths = TInt32.tensorOf(StdArrays.ndCopyOf(lettersOf));
    charIds = TInt32.tensorOf(StdArrays.ndCopyOf(chars));
    labels = TInt32.tensorOf(StdArrays.ndCopyOf(tags));
    embeddings = TFloat32.tensorOf(StdArrays.ndCopyOf(vectors));
  }

  /** A word's own numbers; stands for an embedding that was learned. */
  private static float[] embedding(String word) {
    SplittableRandom random = new SplittableRandom(word.hashCode());
    float[] values = new float[EMBEDDING];
    for (int i = 0; i < EMBEDDING; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return values;
  }

  /** Feeds all but the tags. */
  Session.Runner feed(Session.Runner runner) {
    return runner
        .feed("word_repr/sentence_lengths:0", sentenceLengths)
        .feed("word_repr_1/word_embeddings:0", embeddings)
        .feed("char_repr/word_lengths:0", wordLengths)
        .feed("char_repr/char_ids:0", charIds);
  }

  /** Feeds the tags too. */
  Session.Runner feedAll(Session.Runner runner) {
    return feed(runner).feed("training/labels:0", labels);
  }

  /** The tags of the sentences, in a row. */
  static List<String> tags(List<Sentence> sentences) {
    List<String> tags = new ArrayList<>();
    sentences.forEach(sentence -> tags.addAll(sentence.tags()));
    return tags;
  }

  @Override
  public void close() {
    List.of(sentenceLengths, wordLengths, charIds, labels).forEach(TInt32::close);
    embeddings.close();
  }
}
