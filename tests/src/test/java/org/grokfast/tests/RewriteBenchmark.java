package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.grokfast.filter.Ema;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

/**
 * How the time of a rewrite grows with the graph. No part of the build; run it with
 *
 * <pre>
 *   mvn -B -pl tests -am test -Dtest=RewriteBenchmark -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 *
 * With {@code -Dgrokfast.benchmark.folder=DIR} the graphs are written there as well.
 */
class RewriteBenchmark {
  private static final DataType FLOAT = DataType.DT_FLOAT;
  private static final int ROUNDS = 5;

  /** Of each layer: a variable and its initializer, rate and training op, and a chain of ops. */
  private static GraphDef graph(int nodes, int layers) {
    GraphBuilder builder = new GraphBuilder().placeholder("x", FLOAT, 8);
    int chain = nodes / layers - 6;
    String value = "x";
    String[] updates = new String[layers];
    for (int layer = 0; layer < layers; layer++) {
      String w = "layer" + layer + "/w";
      builder.variable(w, FLOAT, 8);
      value = op(builder, "Mul", "layer" + layer + "/forward", value, w);
      for (int i = 0; i < chain; i++) {
        value = op(builder, "Tanh", "layer" + layer + "/op" + i, value);
      }
      builder.descent(w, value, FLOAT);
      updates[layer] = w + "/apply";
    }
    return builder.group("train", updates).build();
  }

  private static String op(GraphBuilder builder, String op, String name, String... inputs) {
    builder.node(op, name, inputs).putAttr("T", GraphBuilder.type(FLOAT));
    return name;
  }

  @Test
  void printsTimesForGraphsOfSeveralSizes() throws Exception {
    String folder = System.getProperty("grokfast.benchmark.folder");
    System.out.println("    nodes  sites  megabytes  milliseconds: median (lowest, highest)");
    for (int[] size :
        new int[][] {{100_000, 100}, {100_000, 2_000}, {300_000, 2_000}, {1_000_000, 2_000}}) {
      GraphDef graph = graph(size[0], size[1]);
      if (folder != null) {
        Path file = Path.of(folder, size[0] + "-" + size[1] + ".pb");
        Files.write(file, graph.toByteArray());
      }
      GraphRewriter pass = new GraphRewriter(Ema.defaults());
      long[] times = new long[ROUNDS];
      for (int round = -1; round < ROUNDS; round++) {
        long start = System.nanoTime();
        int sites = pass.apply(graph).report().plan().sites().size();
        if (round >= 0) {
          times[round] = (System.nanoTime() - start) / 1_000_000;
        }
        assertThat(sites).isEqualTo(size[1]);
      }
      Arrays.sort(times);
      System.out.printf(
          Locale.ROOT,
          "%,9d %,6d %10.1f  %,d (%,d, %,d)%n",
          graph.getNodeCount(),
          size[1],
          graph.getSerializedSize() / 1e6,
          times[ROUNDS / 2],
          times[0],
          times[ROUNDS - 1]);
    }
  }
}
