package org.grokfast.tests.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.LongStream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tests.GeneratedFile;
import org.junit.jupiter.api.Test;

/** The tables of docs/scale.md, between marks that the page has. */
class ScalePageTest {
  private static final Path DOCS = Path.of(System.getProperty("grokfast.root", ".."), "docs");
  private static final Path PAGE = DOCS.resolve("scale.md");
  private static final String BEGIN = "<!-- computed -->\n";
  private static final String END = "<!-- end of what is computed -->\n";
  private static final long BILLION = 1_000_000_000;

  private final ScaleModel model;

  ScalePageTest() throws IOException {
    model = ScaleModel.measured(DOCS);
  }

  @Test
  void thePageHasWhatFollowsFromTheMeasuredFigures() throws IOException {
    GeneratedFile.checkPart(PAGE, BEGIN, END, tables(), ScalePageTest.class);
  }

  /** What the tables say of state is what the pass says, for a model that it can be asked about. */
  @Test
  void stateIsWhatThePassReports() {
    FilterOptions half = FilterOptions.builder().statePrecision(Precision.BFLOAT16).build();
    assertThat(reported(Ema.of(0.98, 2))).isEqualTo(model.ema(BILLION, 4));
    assertThat(reported(Ema.of(0.98, 2).withOptions(half))).isEqualTo(model.ema(BILLION, 2));
    GradientFilter average = MovingAverage.of(ScaleModel.WINDOW, 5);
    assertThat(reported(average)).isEqualTo(model.movingAverage(BILLION, 4));
    assertThat(reported(average.withOptions(half))).isEqualTo(model.movingAverage(BILLION, 2));
  }

  /** Without the scalars, which are a few dozen bytes. */
  private static long reported(GradientFilter filter) {
    LargeGraph graph = new LargeGraph();
    for (int i = 0; i < 10; i++) {
      graph.dense("w" + i, "", BILLION / 10);
    }
    long bytes = new GraphRewriter(filter).apply(graph.build()).report().stateBytes();
    return bytes - bytes % 1_000;
  }

  private String tables() {
    StringBuilder text = new StringBuilder();
    text.append(
        """

        | parameters | variables | state `ema`, float32 | bfloat16 | `ma` of 100, float32 | bfloat16 |\
         checkpoint of Adam | with `ema` | a rewrite |
        | --- | --- | --- | --- | --- | --- | --- | --- | --- |
        """);
    LongStream.iterate(1_000_000, n -> n <= 1_000_000_000_000L, n -> 10 * n)
        .forEach(n -> text.append(modelRow(n)));
    text.append(
        """

        | parameters | servers of 256 GB | of these more than without | state a server | a step longer by, at most |\
         messages more a step |
        | --- | --- | --- | --- | --- | --- |
        """);
    LongStream.iterate(1_000_000, n -> n <= 1_000_000_000_000L, n -> 10 * n)
        .forEach(n -> text.append(serverRow(n)));
    text.append(
        """

        | workers | state in all, on parameter servers | in replicas | messages more a step, on servers |\
         replicas in one graph | replicas in graphs of their own |
        | --- | --- | --- | --- | --- | --- |
        """);
    LongStream.iterate(1, n -> n <= 10_000, n -> 10 * n).forEach(n -> text.append(workerRow(n)));
    return text.append('\n').toString();
  }

  private String modelRow(long parameters) {
    return String.format(
        Locale.ROOT,
        "| %s | %,d | %s | %s | %s | %s | %s | %s | %.1f s |%n",
        power(parameters),
        model.variables(parameters),
        bytes(model.ema(parameters, 4)),
        bytes(model.ema(parameters, 2)),
        bytes(model.movingAverage(parameters, 4)),
        bytes(model.movingAverage(parameters, 2)),
        bytes(model.checkpoint(parameters)),
        bytes(model.checkpoint(parameters) + model.ema(parameters, 4)),
        model.rewriteSeconds(parameters));
  }

  private String serverRow(long parameters) {
    long servers = model.servers(parameters);
    long without = ScaleModel.ceilDiv(model.checkpoint(parameters), ScaleModel.SERVER_BYTES);
    return String.format(
        Locale.ROOT,
        "| %s | %,d | %,d | %s | %s | %,d |%n",
        power(parameters),
        servers,
        servers - without,
        bytes(model.ema(parameters, 4) / servers),
        duration(model.stepMilliseconds(parameters, servers)),
        model.messages(servers));
  }

  private String workerRow(long workers) {
    long servers = model.servers(BILLION);
    return String.format(
        Locale.ROOT,
        "| %,d | %s | %s | %,d | %,d | 0 |%n",
        workers,
        bytes(model.ema(BILLION, 4)),
        bytes(workers * model.ema(BILLION, 4)),
        model.messages(servers),
        model.messages(workers));
  }

  private static String power(long parameters) {
    int exponent = Long.toString(parameters).length() - 1;
    StringBuilder text = new StringBuilder("10");
    Integer.toString(exponent)
        .chars()
        .forEach(digit -> text.append("⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(digit - '0')));
    return text.toString();
  }

  private static String duration(double milliseconds) {
    return milliseconds < 1_000
        ? String.format(Locale.ROOT, "%.0f ms", milliseconds)
        : String.format(Locale.ROOT, "%.1f s", milliseconds / 1_000);
  }

  /** In decimal units, as disks are sold. */
  private static String bytes(long bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1_000) {
      value /= 1_000;
      unit++;
    }
    return String.format(
        Locale.ROOT,
        value < 10 && value != Math.rint(value) ? "%.1f %s" : "%.0f %s",
        value,
        units[unit]);
  }
}
