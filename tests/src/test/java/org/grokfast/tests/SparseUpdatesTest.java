package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Tensor;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Gradients that come as some rows and their numbers. */
@Tag("native")
class SparseUpdatesTest {
  private static final DataType FLOAT = DataType.DT_FLOAT;
  private static final int ROWS = 4;

  /** Rows of one element in three steps; some occur twice, some never. */
  private static final double[][] INDICES = {{1, 3, 1}, {0, 0, 0}, {3, 1, 0}};

  private static final double[][] VALUES = {{1, 2, 4}, {1, 1, 2}, {0.5, 8, -1}};

  /** Momentum on a variable of four rows, its slot beside it. */
  private static GraphDef graph(boolean resource, boolean sparse) {
    GraphBuilder builder = new GraphBuilder();
    for (String name : new String[] {"e", "slot"}) {
      if (resource) {
        builder.resource(name, FLOAT, ROWS);
      } else {
        builder.variable(name, FLOAT, ROWS);
      }
    }
    builder.constant("rate", FLOAT, 0.125).constant("momentum", FLOAT, 0.5);
    builder.placeholder("g", FLOAT, sparse ? 3 : ROWS);
    String kind = resource ? "Resource" : "";
    NodeDef.Builder apply =
        sparse
            ? builder
                .placeholder("rows", DataType.DT_INT32, 3)
                .node(
                    kind + "SparseApplyMomentum",
                    "apply",
                    "e",
                    "slot",
                    "rate",
                    "g",
                    "rows",
                    "momentum")
                .putAttr("Tindices", GraphBuilder.type(DataType.DT_INT32))
            : builder.node(kind + "ApplyMomentum", "apply", "e", "slot", "rate", "g", "momentum");
    apply.putAttr("T", GraphBuilder.type(FLOAT));
    return builder.group("train", "apply").build();
  }

  private static double[] dense(int step) {
    double[] sums = new double[ROWS];
    for (int i = 0; i < 3; i++) {
      sums[(int) INDICES[step][i]] += VALUES[step][i];
    }
    return sums;
  }

  private static void sparseStep(GraphRun run, int step) {
    try (Tensor rows = GraphRun.tensor(DataType.DT_INT32, INDICES[step]);
        Tensor values = GraphRun.tensor(FLOAT, VALUES[step])) {
      run.session().runner().feed("rows", rows).feed("g", values).addTarget("train").run().close();
    }
  }

  private static double[] weights(GraphRun run, boolean resource) {
    return run.fetch(resource ? "read" : "e");
  }

  private static GraphDef readable(GraphDef graph, boolean resource) {
    if (!resource) {
      return graph;
    }
    GraphBuilder builder = new GraphBuilder();
    builder.node("ReadVariableOp", "read", "e").putAttr("dtype", GraphBuilder.type(FLOAT));
    return graph.toBuilder().addNode(builder.build().getNode(0)).build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void withoutAmplificationWeightsAreThoseOfTheDenseUpdateBitForBit(boolean resource) {
    for (GradientFilter filter : new GradientFilter[] {Ema.of(0.5, 0), MovingAverage.of(2, 0)}) {
      GraphDef original = readable(graph(resource, true), resource);
      GraphDef rewritten = new GraphRewriter(filter).apply(original).graph();
      assertThat(FilterStripper.apply(rewritten)).isEqualTo(original);
      try (GraphRun filtered = new GraphRun(rewritten).initialize();
          GraphRun plain = new GraphRun(readable(graph(resource, false), resource)).initialize()) {
        for (int step = 0; step < INDICES.length; step++) {
          sparseStep(filtered, step);
          plain.step("train", "rate", "g", FLOAT, dense(step));
          assertThat(weights(filtered, resource)).isEqualTo(weights(plain, resource));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theFilterSeesTheSumsOfTheRowsAndActsOnAllRows(boolean resource) {
    Ema filter = Ema.of(0.5, 2);
    GraphDef rewritten =
        new GraphRewriter(filter).apply(readable(graph(resource, true), resource)).graph();
    ArrayFilter oracle = new ArrayFilter(filter, Precision.FLOAT32, ROWS);
    double[] slot = new double[ROWS];
    double[] expected = new double[ROWS];
    try (GraphRun run = new GraphRun(rewritten).initialize()) {
      for (int step = 0; step < INDICES.length; step++) {
        sparseStep(run, step);
        double[] gradient = oracle.step(dense(step));
        for (int i = 0; i < ROWS; i++) {
          // All values are multiples of small powers of two: nothing is rounded.
          slot[i] = 0.5 * slot[i] + gradient[i];
          expected[i] -= 0.125 * slot[i];
        }
        assertThat(weights(run, resource)).isEqualTo(expected);
      }
    }
  }

  @Test
  void theReportSaysThatTheUpdateCoversEveryRow() {
    assertThat(new GraphRewriter(Ema.of(0.5, 2)).apply(graph(true, true)).report().notes())
        .contains("the update of 'e' was sparse and now covers every row in every step");
  }

  @Test
  void refusingSparseGradientsNamesTheVariableAndTheWaysOut() {
    FilterOptions options = FilterOptions.builder().sparse(SparseGradients.REFUSE).build();
    GraphRewriter pass = new GraphRewriter(Ema.of(0.5, 2).withOptions(options));
    assertThatThrownBy(() -> pass.apply(graph(true, true)))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "variable 'e' takes a sparse gradient (ResourceSparseApplyMomentum 'apply'), which"
                + " sparse=refuse forbids; exclude the variable, or use sparse=densify or lazy");
  }

  @Test
  void aSparseUpdateOfAScalarIsAMiss() {
    GraphDef.Builder graph = graph(false, true).toBuilder();
    graph.getNodeBuilder(0).putAttr("shape", GraphBuilder.shape());
    assertThatThrownBy(() -> new GraphRewriter(Ema.of(0.5, 2)).apply(graph.build()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageContaining("apply (apply-op): variable 'e' is a scalar and has no rows");
  }
}
