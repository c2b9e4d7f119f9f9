package org.grokfast.tests.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Orthogonal;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

/**
 * Variables with more elements than 32 bits count, without memory behind them: TensorFlow takes the
 * rewritten graph, whose shapes it infers, and the report counts in 64 bits.
 */
@Tag("native")
class LargeShapesTest {
  private static final long TWO_31 = 1L << 31;
  private static final FilterOptions LAZY =
      FilterOptions.builder().sparse(SparseGradients.LAZY).build();
  private static final FilterOptions SMALL =
      FilterOptions.builder().statePrecision(Precision.BFLOAT16).build();

  static Stream<Arguments> shapesAndFilters() {
    List<long[]> shapes =
        List.of(
            new long[] {TWO_31},
            new long[] {TWO_31 + 1},
            new long[] {1 << 16, 1 << 15},
            new long[] {3_000_000_000L, 128},
            new long[] {2, 1L << 40});
    List<GradientFilter> filters =
        List.of(
            Ema.of(0.98, 2),
            Ema.of(0.98, 2).withOptions(SMALL),
            MovingAverage.of(100, 5),
            MovingAverage.of(100, 5).withOptions(SMALL));
    return shapes.stream().flatMap(s -> filters.stream().map(f -> Arguments.of(s, f)));
  }

  @ParameterizedTest
  @MethodSource("shapesAndFilters")
  void theirStateHasTheirShapeAndIsCountedIn64Bits(long[] shape, GradientFilter filter) {
    GraphDef graph = new LargeGraph().dense("w", "", shape).build();
    RewriteReport report = rewritten(graph, filter);
    long elements = LongStream.of(shape).reduce(1, Math::multiplyExact);
    long slots = filter instanceof MovingAverage ma ? ma.window() : 0;
    long stored = filter.options().equals(SMALL) ? 2 : 4;
    // A window and its two sums, which are computed with and so stay float32; or an average.
    long bytes = slots > 0 ? elements * (slots * stored + 2 * 4) : elements * stored;
    assertThat(report.stateBytes()).isBetween(bytes, bytes + 100);
  }

  static Stream<Arguments> tables() {
    return Stream.of(DataType.DT_INT32, DataType.DT_INT64)
        .flatMap(
            numbers ->
                Stream.of(Ema.of(0.98, 2), MovingAverage.of(100, 5))
                    .flatMap(
                        filter ->
                            Stream.of(FilterOptions.DEFAULTS, LAZY)
                                .map(o -> Arguments.of(numbers, filter.withOptions(o)))));
  }

  @ParameterizedTest
  @MethodSource("tables")
  void embeddingsOfMoreElementsThan32BitsCountAreFiltered(DataType rows, GradientFilter filter) {
    GraphDef graph = new LargeGraph().sparse("table", "", rows, 100_000_000, 512).build();
    assertThat(rewritten(graph, filter).stateBytes()).isGreaterThan(4L * 100_000_000 * 512);
  }

  @Test
  void aTableWhoseRowsDoNotFitItsRowNumbersIsRefusedByNameWhereEveryRowWouldBeUpdated() {
    GraphDef graph = new LargeGraph().sparse("table", "", DataType.DT_INT32, TWO_31, 4).build();
    assertThatThrownBy(() -> new GraphRewriter(Ema.of(0.98, 2)).apply(graph))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "variable 'table' has 2147483648 rows, which are not all named by the row numbers of 32"
                + " bits that its update takes; sparse=densify would update every row: choose"
                + " sparse=lazy, or exclude it");
    rewritten(graph, Ema.of(0.98, 2).withOptions(LAZY));
    GraphDef wide = new LargeGraph().sparse("table", "", DataType.DT_INT64, TWO_31, 4).build();
    rewritten(wide, Ema.of(0.98, 2));
  }

  @Test
  void stateBeyond64BitsIsRefusedByName() {
    GraphDef one = new LargeGraph().dense("w", "", 1L << 56).build();
    assertThatThrownBy(() -> new GraphRewriter(MovingAverage.of(100, 5)).apply(one))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageStartingWith("state 'grokfast/w/window' of shape [100, 72057594037927936] would")
        .hasMessageEndingWith("; exclude its variable or choose a smaller window");
    LargeGraph many = new LargeGraph();
    for (int i = 0; i < 4; i++) {
      many.dense("w" + i, "", 1L << 59);
    }
    assertThatThrownBy(() -> new GraphRewriter(Ema.of(0.98, 2)).apply(many.build()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "state 'grokfast/w3/ema' of shape [576460752303423488] would take the filter's state"
                + " beyond 2^63 bytes; exclude its variable or choose a smaller window");
  }

  @Test
  void theFilterForMatricesTakesThemToo() {
    GraphDef graph = new LargeGraph().dense("w", "", 1 << 20, 1 << 12).build();
    rewritten(graph, Orthogonal.defaults());
  }

  /** Rewrites; TensorFlow infers shapes when it imports, and fails where two don't fit. */
  private static RewriteReport rewritten(GraphDef graph, GradientFilter filter) {
    GraphRewriter.Result result = new GraphRewriter(filter).apply(graph);
    try (Graph imported = new Graph()) {
      imported.importGraphDef(result.graph());
      long[] gradient = imported.operation(gradientOf(result)).output(0).shape().asArray();
      long[] variable =
          result.report().plan().sites().get(0).site().variable().shape().stream()
              .mapToLong(Long::longValue)
              .toArray();
      assertThat(gradient).hasSameSizeAs(variable);
      assertThat(Arrays.copyOfRange(gradient, 1, gradient.length))
          .isEqualTo(Arrays.copyOfRange(variable, 1, variable.length));
    }
    assertThat(FilterStripper.apply(result.graph())).isEqualTo(graph);
    return result.report();
  }

  private static String gradientOf(GraphRewriter.Result result) {
    String variable = result.report().plan().sites().get(0).site().variable().name();
    return "grokfast/" + variable + "/gradient";
  }
}
