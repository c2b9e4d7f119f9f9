package org.grokfast.tests.sparknlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.UpdateSites;
import org.grokfast.tests.sparknlp.ConllFile.Sentence;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.RewriterConfig;

/**
 * A tagger that Spark NLP ships, trained through the ops that it runs, with and without a filter.
 */
@Tag("native")
class SparkNlpTaggerTest {
  private static final String GRAPH = "blstm_10_100_128_120.pb";
  private static final int VARIABLES = 45;

  /** Spark NLP's own: memory of GPUs as needed, and a CPU where there is none. */
  private static final ConfigProto STANDARD =
      ConfigProto.newBuilder()
          .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true))
          .setAllowSoftPlacement(true)
          .build();

  /** One thread, and sums in the order of the graph; FixtureRun says why. */
  private static final ConfigProto EXACT =
      STANDARD.toBuilder()
          .setIntraOpParallelismThreads(1)
          .setInterOpParallelismThreads(1)
          .setGraphOptions(
              GraphOptions.newBuilder()
                  .setPlacePrunedGraph(true)
                  .setRewriteOptions(
                      RewriterConfig.newBuilder()
                          .setArithmeticOptimization(RewriterConfig.Toggle.OFF)))
          .build();

  private static GraphDef shipped;
  private static List<Sentence> training;
  private static List<Sentence> validation;

  @BeforeAll
  static void read(@TempDir Path folder) throws IOException {
    SparkNlpJar.require();
    shipped = SparkNlpJar.graph(GRAPH);
    training = ConllFile.read(ConllFile.write(folder.resolve("train.conll"), 64, 1));
    validation = ConllFile.read(ConllFile.write(folder.resolve("test.conll"), 32, 2));
  }

  private static GraphDef filtered(GradientFilter filter, GraphDef def) {
    return new GraphRewriter(filter).apply(def).graph();
  }

  @Test
  void lambZeroTrainsToTheSameBitsAsTheShippedGraph() {
    GraphDef plain = Tagger.seeded(shipped, 1);
    Map<String, String> reads = reads(plain);
    assertThat(reads).hasSize(VARIABLES);
    Map<String, List<Integer>> expected = trained(plain, reads);
    assertThat(trained(plain, reads)).as("the graph itself, once more").isEqualTo(expected);
    Map<String, List<Integer>> found = trained(filtered(Ema.of(0.9, 0), plain), reads);
    reads
        .keySet()
        .forEach(name -> assertThat(found.get(name)).as(name).isEqualTo(expected.get(name)));
    assertThat(trained(filtered(Ema.of(0.9, 1), plain), reads))
        .as("a filter that does something")
        .isNotEqualTo(expected);
  }

  /** Two epochs of two batches, with dropout. */
  private static Map<String, List<Integer>> trained(GraphDef def, Map<String, String> reads) {
    try (Tagger tagger = new Tagger(def, EXACT)) {
      tagger.train(training.subList(0, 16), 0, 2, true);
      return tagger.bits(reads);
    }
  }

  @Test
  void theTaggerLearnsWithAndWithoutAFilter(TestReporter reporter) {
    Map<String, double[]> scores = new TreeMap<>();
    scores.put("shipped", scores(Tagger.seeded(shipped, 1)));
    scores.put("ema", scores(filtered(Ema.of(0.9, 1), Tagger.seeded(shipped, 1))));
    scores.forEach(
        (graph, f1) ->
            reporter.publishEntry(
                graph, "F1 " + f1[0] + " after 4 epochs, " + f1[1] + " after 12"));
    assertThat(scores.get("ema"))
        .as("a filter that does something")
        .isNotEqualTo(scores.get("shipped"));
    assertThat(scores.values()).allSatisfy(f1 -> assertThat(f1[1]).isGreaterThan(0.95));
  }

  /** F1 after 4 and after 12 epochs. */
  private static double[] scores(GraphDef def) {
    try (Tagger tagger = new Tagger(def, STANDARD)) {
      assertThat(tagger.f1(validation)).as("before training").isLessThan(0.5);
      tagger.train(training, 0, 4, true);
      double early = tagger.f1(validation);
      tagger.train(training, 4, 12, true);
      return new double[] {early, tagger.f1(validation)};
    }
  }

  /** For every trained variable a node that has its value. */
  private static Map<String, String> reads(GraphDef def) {
    Map<String, String> reads = new TreeMap<>();
    UpdateSites.find(def)
        .forEach(finding -> reads.put(((UpdateSite) finding).variable().name(), ""));
    for (NodeDef node : def.getNodeList()) {
      if (node.getInputCount() == 1
          && reads.containsKey(node.getInput(0))
          && (node.getName().equals(node.getInput(0) + "/read")
              || node.getName().equals(node.getInput(0) + "/Read/ReadVariableOp"))) {
        reads.put(node.getInput(0), node.getName() + ":0");
      }
    }
    assertThat(reads.values()).doesNotContain("");
    return reads;
  }
}
