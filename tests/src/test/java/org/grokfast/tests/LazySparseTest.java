package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.grokfast.filter.Averaging;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.FirstStep;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.LazyArrayFilter;
import org.grokfast.filter.options.NonFinite;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** {@code sparse=lazy}: each row is a filter of its own that sees the steps in which it occurs. */
@Tag("native")
class LazySparseTest {
  private static final DataType FLOAT = DataType.DT_FLOAT;
  private static final int ROWS = 6;
  private static final int COLUMNS = 3;

  /** Row 4 never occurs; some occur twice and more; one step has none. */
  private static final long[][] INDICES = {
    {1, 3, 1}, {0, 0, 0}, {3, 1, 0}, {}, {5}, {1, 5, 3, 5, 5, 1}, {1, 0}, {3}, {3, 1, 3}, {1, 1}
  };

  private static FilterOptions.Builder lazy() {
    return FilterOptions.builder().sparse(SparseGradients.LAZY);
  }

  static Stream<GradientFilter> filters() {
    List<FilterOptions> options =
        List.of(
            lazy().build(),
            lazy().startStep(4).build(),
            lazy().startStep(2).rampSteps(3).stopStep(8).build(),
            lazy().compensateLearningRate(true).build(),
            lazy().nonFinite(NonFinite.SKIP).build(),
            lazy().tunable(false).build(),
            lazy().statePrecision(Precision.FLOAT64).build());
    List<GradientFilter> filters = new ArrayList<>();
    for (FilterOptions option : options) {
      for (FirstStep start : FirstStep.values()) {
        filters.add(new Ema(0.9, 2, start, option));
      }
      for (int window : new int[] {1, 2, 3}) {
        filters.add(new MovingAverage(window, 5, Averaging.MEAN, true, option));
        filters.add(new MovingAverage(window, 5, Averaging.SUM, false, option));
      }
    }
    return filters.stream();
  }

  /** Gradient descent that scatters, or momentum, on a variable of rows. */
  private record Model(boolean resource, boolean momentum) {
    GraphDef graph() {
      GraphBuilder builder = new GraphBuilder();
      for (String name : List.of("e", "slot")) {
        if (resource) {
          builder.resource(name, FLOAT, ROWS, COLUMNS);
        } else {
          builder.variable(name, FLOAT, ROWS, COLUMNS);
        }
      }
      builder.constant("rate", FLOAT, 0.3).constant("momentum", FLOAT, 0.9);
      builder.node("Placeholder", "raw").putAttr("dtype", GraphBuilder.type(FLOAT));
      lookUp(builder);
      // A loss and a gradient depend on data and on the rows that were looked up; rates do not. A
      // product with 0 that stays 0 where the rows are NaN leaves the gradient what was fed.
      builder.node("Sub", "loss", "raw", "looked_up").putAttr("T", GraphBuilder.type(FLOAT));
      builder.constant("zero", FLOAT, 0);
      builder
          .node("MulNoNan", "nothing", "looked_up", "zero")
          .putAttr("T", GraphBuilder.type(FLOAT));
      builder
          .node("AddV2", "gradients/values", "raw", "nothing")
          .putAttr("T", GraphBuilder.type(FLOAT));
      builder
          .node("Placeholder", "gradients/rows")
          .putAttr("dtype", GraphBuilder.type(DataType.DT_INT64))
          .putAttr("shape", unknownVector());
      if (momentum) {
        builder
            .node(
                (resource ? "Resource" : "") + "SparseApplyMomentum",
                "update/apply",
                List.of("e", "slot", "rate", "gradients/values", "gradients/rows", "momentum")
                    .toArray(new String[0]))
            .putAttr("T", GraphBuilder.type(FLOAT))
            .putAttr("Tindices", GraphBuilder.type(DataType.DT_INT64));
      } else {
        builder
            .node("Mul", "update/mul", "gradients/values", "rate")
            .putAttr("T", GraphBuilder.type(FLOAT));
        builder
            .node(
                resource ? "ResourceScatterSub" : "ScatterSub",
                "update/apply",
                "e",
                "gradients/rows",
                "update/mul")
            .putAttr(resource ? "dtype" : "T", GraphBuilder.type(FLOAT))
            .putAttr("Tindices", GraphBuilder.type(DataType.DT_INT64));
      }
      if (resource) {
        builder.node("ReadVariableOp", "read", "e").putAttr("dtype", GraphBuilder.type(FLOAT));
      }
      return builder.group("train", "update/apply").build();
    }

    private void lookUp(GraphBuilder builder) {
      builder.constant("axis", DataType.DT_INT32, 0);
      (resource
              ? builder
                  .node("ResourceGather", "looked_up", "e", "gradients/rows")
                  .putAttr("dtype", GraphBuilder.type(FLOAT))
              : builder
                  .node("GatherV2", "looked_up", "e", "gradients/rows", "axis")
                  .putAttr("Tparams", GraphBuilder.type(FLOAT))
                  .putAttr("Taxis", GraphBuilder.type(DataType.DT_INT32)))
          .putAttr("Tindices", GraphBuilder.type(DataType.DT_INT64));
    }

    private static AttrValue unknownVector() {
      return AttrValue.newBuilder()
          .setShape(
              TensorShapeProto.newBuilder().addDim(TensorShapeProto.Dim.newBuilder().setSize(-1)))
          .build();
    }

    double[] weights(GraphRun run) {
      return run.fetch(resource ? "read" : "e");
    }
  }

  static Stream<Model> models() {
    return Stream.of(
        new Model(false, false),
        new Model(false, true),
        new Model(true, false),
        new Model(true, true));
  }

  private static float[] values(int step) {
    Random random = new Random(step);
    float[] values = new float[INDICES[step].length * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Runs a step and returns what the optimizer is given. */
  private static double[] step(GraphRun run, int step, float[] values, String... fetch) {
    try (TInt64 rows =
            TInt64.tensorOf(Shape.of(INDICES[step].length), DataBuffers.of(INDICES[step]));
        Tensor gradient =
            TFloat32.tensorOf(Shape.of(INDICES[step].length, COLUMNS), DataBuffers.of(values))) {
      Session.Runner runner =
          run.session()
              .runner()
              .feed("gradients/rows", rows)
              .feed("raw", gradient)
              .addTarget("train");
      for (String name : fetch) {
        runner.fetch(name);
      }
      try (Result result = runner.run()) {
        return fetch.length == 0 ? new double[0] : doubles((TFloat32) result.get(0));
      }
    }
  }

  private static double[] doubles(TFloat32 tensor) {
    double[] doubles = new double[(int) tensor.size()];
    int[] next = {0};
    tensor.scalars().forEach(value -> doubles[next[0]++] = value.getFloat());
    return doubles;
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  @ParameterizedTest
  @MethodSource("filters")
  void theOptimizerSeesWhatTheArrayInterpreterComputes(GradientFilter filter) {
    for (Model model : List.of(new Model(false, false), new Model(true, true))) {
      GraphDef rewritten = new GraphRewriter(filter).apply(model.graph()).graph();
      LazyArrayFilter oracle = new LazyArrayFilter(filter, Precision.FLOAT32, COLUMNS);
      try (GraphRun run = new GraphRun(rewritten).initialize()) {
        for (int t = 0; t < INDICES.length; t++) {
          float[] values = values(t);
          if (filter.options().nonFinite() == NonFinite.SKIP && values.length > 3) {
            values[t % 3] = t % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
          }
          double[] expected = oracle.step(INDICES[t], widened(values));
          double[] found = step(run, t, values, "grokfast/e/gradient");
          assertThat(found).hasSameSizeAs(expected);
          for (int i = 0; i < found.length; i++) {
            if (Double.isFinite(expected[i])) {
              // Some units in the last place of float32, as a multiplication and an addition may be
              // fused.
              assertThat(found[i]).as("step %d", t).isCloseTo(expected[i], within(5e-6));
            } else {
              assertThat(Double.valueOf(found[i])).isEqualTo(Double.valueOf(expected[i]));
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void withLambZeroTheWeightsAreThoseOfTheSparseUpdateBitForBit(Model model) {
    GraphDef original = model.graph();
    for (GradientFilter filter :
        List.of(
            Ema.of(0.5, 0).withOptions(lazy().build()),
            MovingAverage.of(2, 0).withOptions(lazy().build()))) {
      GraphDef rewritten = new GraphRewriter(filter).apply(original).graph();
      assertThat(FilterStripper.apply(rewritten)).isEqualTo(original);
      try (GraphRun filtered = new GraphRun(rewritten).initialize();
          GraphRun plain = new GraphRun(original).initialize()) {
        for (int t = 0; t < INDICES.length; t++) {
          step(filtered, t, values(t));
          step(plain, t, values(t));
          assertThat(model.weights(filtered)).isEqualTo(model.weights(plain));
        }
        assertThat(model.weights(plain)).isNotEqualTo(new double[ROWS * COLUMNS]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRowThatStaysAwayKeepsItsStateAndItsWeights(boolean resource) {
    Model model = new Model(resource, false);
    Ema filter = Ema.of(0.5, 2).withOptions(lazy().build());
    GraphDef rewritten = new GraphRewriter(filter).apply(model.graph()).graph();
    try (GraphRun run = new GraphRun(rewritten).initialize()) {
      for (int t = 0; t < INDICES.length; t++) {
        double[] weights = model.weights(run);
        step(run, t, values(t));
        double[] after = model.weights(run);
        for (int row = 0; row < ROWS; row++) {
          long wanted = row;
          boolean occurs = java.util.Arrays.stream(INDICES[t]).anyMatch(i -> i == wanted);
          assertThat(after[row * COLUMNS] != weights[row * COLUMNS])
              .as("step %d, row %d moved", t, row)
              .isEqualTo(occurs);
        }
      }
    }
  }

  @Test
  void theReportSaysThatOnlyRowsThatOccurAreFiltered() {
    Ema filter = Ema.of(0.5, 2).withOptions(lazy().build());
    assertThat(new GraphRewriter(filter).apply(new Model(true, true).graph()).report().notes())
        .contains(
            "the update of 'e' stays sparse: only the rows that occur are filtered, each with a"
                + " state and a count of its own, which is not the reference's algorithm");
  }
}
