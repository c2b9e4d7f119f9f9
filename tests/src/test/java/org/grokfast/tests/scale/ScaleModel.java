package org.grokfast.tests.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measured figures, read from the pages that have them, and what follows from them for models and
 * clusters that were not measured.
 *
 * @param secondsAtLeast of a rewrite: what is left of the smallest graph without its nodes
 * @param secondsPerNode of a rewrite, from graphs of as many variables
 * @param secondsPerVariable of a rewrite, from graphs of as many nodes
 * @param nanosecondsPerParameter of an EMA filter in a step on one machine
 * @param microsecondsPerVariable of an EMA filter in a step, whatever the variable's size
 */
record ScaleModel(
    double secondsAtLeast,
    double secondsPerNode,
    double secondsPerVariable,
    double nanosecondsPerParameter,
    double microsecondsPerVariable) {
  /** Bytes of a float32. */
  static final int FLOAT = 4;

  /** Weights and the two slots of Adam. */
  static final int COPIES_OF_ADAM = 3;

  static final int WINDOW = 100;

  /** Memory of a parameter server, for weights, slots and state. */
  static final long SERVER_BYTES = 256_000_000_000L;

  /** No variable is larger; a larger one is cut into parts. */
  static final long LARGEST_VARIABLE = 100_000_000;

  /** As many as the decoder of the algorithmic task has, at least. */
  static final long LEAST_VARIABLES = 100;

  /** Forward, backward, optimizer and initialiser; the graphs of the benchmark have 50 too. */
  static final int NODES_PER_VARIABLE = 50;

  /** What is told to each further server in a step: at most as many scalars, and one edge. */
  static final int MESSAGES = 5;

  static ScaleModel measured(Path docs) throws IOException {
    String rewriting = Files.readString(docs.resolve("results/rewriting.md"));
    double small = rewrite(rewriting, "100,003", "100");
    double more = rewrite(rewriting, "100,003", "2,000");
    double large = rewrite(rewriting, "1,000,003", "2,000");
    double perNode = (large - more) / 900_000;
    double perVariable = (more - small) / 1_900;
    String benchmarks = Files.readString(docs.resolve("benchmarks.md"));
    double manySmall = step(benchmarks, 0);
    double oneLarge = step(benchmarks, 2);
    return new ScaleModel(
        small - 100_003 * perNode - 100 * perVariable,
        perNode,
        perVariable,
        oneLarge * 1e6 / 25_000_000,
        manySmall * 1e3 / 100);
  }

  private static double rewrite(String page, String nodes, String variables) {
    return number(page, "\\| " + nodes + " \\| " + variables + " \\| [0-9.]+ MB \\| ([0-9.]+) s ");
  }

  /** Milliseconds in a column: 100 variables of 1,000, ten of a million, one of 25 million. */
  private static double step(String page, int column) {
    String before = "\\|[^|\n]+".repeat(column);
    return number(
        page, "\\| \\*\\*`ema`\\*\\*, reference variables " + before + "\\| ([0-9.]+) \\(");
  }

  private static double number(String page, String row) {
    Matcher found = Pattern.compile(row).matcher(page);
    if (!found.find()) {
      throw new IllegalStateException("no page has a row like " + row);
    }
    return Double.parseDouble(found.group(1));
  }

  long variables(long parameters) {
    return Math.max(LEAST_VARIABLES, ceilDiv(parameters, LARGEST_VARIABLE));
  }

  long nodes(long parameters) {
    return NODES_PER_VARIABLE * variables(parameters);
  }

  double rewriteSeconds(long parameters) {
    return secondsAtLeast
        + secondsPerNode * nodes(parameters)
        + secondsPerVariable * variables(parameters);
  }

  /** Bytes of state: an average of each parameter. */
  long ema(long parameters, int width) {
    return Math.multiplyExact(parameters, width);
  }

  /** Bytes of state: a window of gradients of some width, and two sums in float32. */
  long movingAverage(long parameters, int width) {
    return Math.multiplyExact(parameters, (long) WINDOW * width + 2L * FLOAT);
  }

  /** Bytes of a checkpoint without a filter: weights and slots. */
  long checkpoint(long parameters) {
    return Math.multiplyExact(parameters, (long) COPIES_OF_ADAM * FLOAT);
  }

  /** Servers whose memory holds a model trained by Adam with EMA. */
  long servers(long parameters) {
    return ceilDiv(checkpoint(parameters) + ema(parameters, FLOAT), SERVER_BYTES);
  }

  /** Milliseconds that a filter adds to a step where servers work side by side. */
  double stepMilliseconds(long parameters, long servers) {
    return (nanosecondsPerParameter * parameters / 1e6
            + microsecondsPerVariable * variables(parameters) / 1e3)
        / servers;
  }

  /** Messages that a filter adds to a step, each of 8 bytes at most. */
  long messages(long servers) {
    return MESSAGES * (servers - 1);
  }

  static long ceilDiv(long a, long b) {
    return (a + b - 1) / b;
  }
}
