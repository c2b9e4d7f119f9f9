package org.grokfast.tests.sparknlp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.grokfast.tests.sparknlp.ConllFile.Sentence;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A session that trains a tagger's graph as Spark NLP 3.4.4 does (its class TensorflowNer): it runs
 * {@code training_1/init} once, then for every batch {@code training_1/Adam} with the loss, and
 * fetches the tags of a sentence from {@code inference/cond_2/Merge}.
 */
final class Tagger implements AutoCloseable {
  private static final int BATCH = 8;
  private static final float RATE = 1e-3f;
  private static final float DECAY = 0.005f;
  private static final float DROPOUT = 0.5f;

  /** What it feeds as dropout to predict. */
  private static final float NO_DROPOUT = 1.1f;

  private final Graph graph;
  private final Session session;

  /** Imports a graph into a session of its own, and initialises it. */
  Tagger(GraphDef def, ConfigProto config) {
    graph = new Graph();
    graph.importGraphDef(def);
    session = new Session(graph, config);
    session.runner().addTarget("training_1/init").run().close();
  }

  /**
   * The same graph with its random numbers the same in every session: the shipped ones have no
   * seeds, so that each session starts from other weights.
   */
  static GraphDef seeded(GraphDef def, int seed) {
    GraphDef.Builder seeded = def.toBuilder();
    for (int i = 0; i < seeded.getNodeCount(); i++) {
      NodeDef.Builder node = seeded.getNodeBuilder(i);
      if (node.containsAttr("seed") && node.containsAttr("seed2")) {
        node.putAttr("seed", node.getAttrOrThrow("seed").toBuilder().setI(seed).build());
        node.putAttr("seed2", node.getAttrOrThrow("seed2").toBuilder().setI(i).build());
      }
    }
    return seeded.build();
  }

  /**
   * Trains for some epochs.
   *
   * @param first the number of the first, from 0
   * @param end the number after that of the last
   * @param dropout whether with its dropout, of a half
   * @return the mean loss of the last epoch
   */
  double train(List<Sentence> sentences, int first, int end, boolean dropout) {
    RandomGenerator random = new SplittableRandom(first);
    double mean = 0;
    for (int epoch = first; epoch < end; epoch++) {
      List<Sentence> shuffled = shuffled(sentences, random);
      float rate = RATE / (1 + DECAY * epoch);
      double sum = 0;
      int batches = 0;
      for (int at = 0; at < shuffled.size(); at += BATCH) {
        sum += step(shuffled.subList(at, Math.min(at + BATCH, shuffled.size())), rate, dropout);
        batches++;
      }
      mean = sum / batches;
    }
    return mean;
  }

  private static List<Sentence> shuffled(List<Sentence> sentences, RandomGenerator random) {
    List<Sentence> shuffled = new ArrayList<>(sentences);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      shuffled.set(i, shuffled.set(other, shuffled.get(i)));
    }
    return shuffled;
  }

  private float step(List<Sentence> sentences, float rate, boolean dropout) {
    try (TagBatch batch = new TagBatch(sentences);
        TFloat32 share = TFloat32.scalarOf(dropout ? DROPOUT : NO_DROPOUT);
        TFloat32 lr = TFloat32.scalarOf(rate);
        Result result =
            batch
                .feedAll(session.runner())
                .feed("training/dropout:0", share)
                .feed("training/lr:0", lr)
                .fetch("inference/Mean:0")
                .addTarget("training_1/Adam")
                .run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  /** The tags that it gives to the words of the sentences, in a row. */
  List<String> predict(List<Sentence> sentences) {
    List<String> tags = new ArrayList<>();
    try (TagBatch batch = new TagBatch(sentences);
        TFloat32 share = TFloat32.scalarOf(NO_DROPOUT);
        Result result =
            batch
                .feed(session.runner())
                .feed("training/dropout:0", share)
                .fetch("inference/cond_2/Merge:0")
                .run()) {
      TInt32 found = (TInt32) result.get(0);
      for (int i = 0; i < sentences.size(); i++) {
        for (int j = 0; j < sentences.get(i).words().size(); j++) {
          int tag = found.getInt(i, j);
          tags.add(tag < TagBatch.TAGS.size() ? TagBatch.TAGS.get(tag) : "O");
        }
      }
    }
    return tags;
  }

  /** F1 over the words that have or are given a tag, all kinds of entities together. */
  double f1(List<Sentence> sentences) {
    List<String> right = TagBatch.tags(sentences);
    List<String> given = predict(sentences);
    int both = 0;
    int either = 0;
    for (int i = 0; i < right.size(); i++) {
      boolean is = !right.get(i).equals("O");
      boolean said = !given.get(i).equals("O");
      either += (is ? 1 : 0) + (said ? 1 : 0);
      both += is && right.get(i).equals(given.get(i)) ? 2 : 0;
    }
    return either == 0 ? 0 : (double) both / either;
  }

  /** The bits of variables, by name; of resource variables too. */
  Map<String, List<Integer>> bits(Map<String, String> reads) {
    Map<String, List<Integer>> bits = new TreeMap<>();
    reads.forEach(
        (variable, read) -> {
          try (Result result = session.runner().fetch(read).run()) {
            List<Integer> values = new ArrayList<>();
            ((TFloat32) result.get(0))
                .scalars()
                .forEach(value -> values.add(Float.floatToRawIntBits(value.getFloat())));
            bits.put(variable, values);
          }
        });
    return bits;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
