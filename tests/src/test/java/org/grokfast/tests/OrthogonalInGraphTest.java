package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Orthogonal;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.filter.options.NonFinite;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** The orthogonal filter in a TensorFlow graph against the array interpreter. */
@Tag("native")
class OrthogonalInGraphTest {
  private static final int STEPS = 12;

  /** A matrix {@code w} and a vector {@code b}; w's gradient is the vector {@code g}, reshaped. */
  private static GraphDef graph(DataType type, int rows, int columns) {
    GraphBuilder graph =
        new GraphBuilder()
            .variable("w", type, rows, columns)
            .variable("b", type, 3)
            .placeholder("g", type, (long) rows * columns)
            .constant("gb", type, 1, 3);
    TensorProto.Builder shape =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_INT32)
            .setTensorShape(
                TensorShapeProto.newBuilder().addDim(TensorShapeProto.Dim.newBuilder().setSize(2)))
            .addIntVal(rows)
            .addIntVal(columns);
    graph
        .node("Const", "shape")
        .putAttr("dtype", GraphBuilder.type(DataType.DT_INT32))
        .putAttr("value", org.tensorflow.proto.AttrValue.newBuilder().setTensor(shape).build());
    graph
        .node("Reshape", "matrix", "g", "shape")
        .putAttr("T", GraphBuilder.type(type))
        .putAttr("Tshape", GraphBuilder.type(DataType.DT_INT32));
    return graph
        .descent("w", "matrix", type)
        .descent("b", "gb", type)
        .group("train", "w/apply", "b/apply")
        .build();
  }

  // float32: sums of products in another order, and weak directions are amplified by up to
  // 3.4^5 = 485, so some 500 units in the last place. float64: the same there.
  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 4, 7, 5e-5",
    "FLOAT32, 7, 4, 5e-5",
    "FLOAT32, 5, 5, 5e-5",
    "FLOAT32, 1, 6, 5e-5",
    "FLOAT64, 4, 7, 1e-12",
    "FLOAT64, 7, 4, 1e-12"
  })
  void agreesWithTheArrayInterpreter(Precision precision, int rows, int columns, double tolerance) {
    GradientFilter filter = Orthogonal.of(0.9, 1.5);
    compare(filter, precision, rows, columns, tolerance);
  }

  @Test
  void soItDoesWithScheduleSkippedElementsAndConstants() {
    FilterOptions options =
        FilterOptions.builder()
            .startStep(2)
            .rampSteps(4)
            .nonFinite(NonFinite.SKIP)
            .tunable(false)
            .build();
    compare(Orthogonal.of(0.9, 1.5).withOptions(options), Precision.FLOAT32, 4, 6, 5e-5);
  }

  private static void compare(
      GradientFilter filter, Precision precision, int rows, int columns, double tolerance) {
    DataType type = precision == Precision.FLOAT32 ? DataType.DT_FLOAT : DataType.DT_DOUBLE;
    GraphDef rewritten = new GraphRewriter(filter).apply(graph(type, rows, columns)).graph();
    ArrayFilter oracle = new ArrayFilter(filter, precision, rows, columns);
    boolean broken = filter.options().nonFinite() == NonFinite.SKIP;
    Random random = new Random(3);
    try (GraphRun run = new GraphRun(rewritten).initialize()) {
      for (int t = 0; t < STEPS; t++) {
        double[] gradient = new double[rows * columns];
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] = precision.round(random.nextGaussian());
        }
        if (broken && t % 3 == 1) {
          gradient[t % gradient.length] = Double.NaN;
        }
        double[] expected = oracle.step(gradient);
        double[] actual = run.step("train", "grokfast/w/gradient", "g", type, gradient);
        for (int i = 0; i < gradient.length; i++) {
          if (Double.isNaN(expected[i])) {
            assertThat(actual[i]).isNaN();
          } else {
            assertThat(actual[i]).as("step %s", t).isCloseTo(expected[i], within(tolerance));
          }
        }
      }
    }
  }

  @Test
  void whatIsNoMatrixIsLeftAloneAndReported() {
    GraphRewriter.Result result =
        new GraphRewriter(Orthogonal.defaults()).apply(graph(DataType.DT_FLOAT, 2, 2));
    assertThat(result.report().plan().excluded()).containsExactly("b");
    assertThat(result.graph().getNodeList())
        .noneMatch(node -> node.getName().startsWith("grokfast/b"));
  }

  @Test
  void whereNothingIsAMatrixTheGraphIsRefused() {
    GraphDef graph = GraphBuilder.single(DataType.DT_FLOAT, 5).build();
    assertThatThrownBy(() -> new GraphRewriter(Orthogonal.defaults()).apply(graph))
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessage(
            "the filter orthogonal takes matrices alone, and none of the variables selected is one:"
                + " w");
  }

  @Test
  void stripGivesTheOriginalBack() {
    GraphDef graph = graph(DataType.DT_FLOAT, 3, 2);
    GraphDef rewritten = new GraphRewriter(Orthogonal.defaults()).apply(graph).graph();
    assertThat(FilterStripper.apply(rewritten)).isEqualTo(graph);
  }
}
