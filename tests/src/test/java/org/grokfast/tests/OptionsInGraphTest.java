package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.grokfast.filter.Averaging;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.FirstStep;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.filter.options.NonFinite;
import org.grokfast.filter.options.VariableOverride;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

/** Every option in a TensorFlow graph against the array interpreter. */
@Tag("native")
class OptionsInGraphTest {
  private static final int ELEMENTS = 5;
  private static final int STEPS = 24;

  static Stream<GradientFilter> filters() {
    List<FilterOptions> options =
        List.of(
            FilterOptions.DEFAULTS,
            FilterOptions.builder().startStep(4).build(),
            FilterOptions.builder().stopStep(9).build(),
            FilterOptions.builder().rampSteps(5).build(),
            FilterOptions.builder().startStep(3).rampSteps(4).stopStep(12).build(),
            FilterOptions.builder().rampSteps(3).compensateLearningRate(true).build(),
            FilterOptions.builder().nonFinite(NonFinite.SKIP).build(),
            FilterOptions.builder().tunable(false).build(),
            FilterOptions.builder().tunable(false).startStep(2).rampSteps(3).build(),
            FilterOptions.builder().overrides(VariableOverride.lamb("w", 3)).build());
    List<GradientFilter> filters = new ArrayList<>();
    filters.add(
        Ema.of(0.9, 2)
            .withOptions(
                FilterOptions.builder()
                    .overrides(new VariableOverride("w", Map.of("alpha", 0.5, "lamb", 3.0)))
                    .build()));
    filters.add(
        MovingAverage.of(6, 5)
            .withOptions(
                FilterOptions.builder()
                    .overrides(new VariableOverride("w", Map.of("lamb", 3.0, "window", 3)))
                    .build()));
    for (FilterOptions option : options) {
      for (FirstStep start : FirstStep.values()) {
        filters.add(new Ema(0.9, 2, start, option));
      }
      for (Averaging averaging : Averaging.values()) {
        filters.add(new MovingAverage(6, 5, averaging, true, option));
        filters.add(new MovingAverage(6, 5, averaging, false, option));
      }
      filters.add(new MovingAverage(1, 5, Averaging.MEAN, true, option));
    }
    return filters.stream();
  }

  @ParameterizedTest
  @MethodSource("filters")
  void aRewrittenGraphAgreesWithTheArrayInterpreter(GradientFilter filter) {
    // The graph may fuse a multiplication and an addition, which the interpreter never does: some
    // units in the last place of float32, 6e-8 each.
    compare(filter, DataType.DT_FLOAT, Precision.FLOAT32, 1e-6);
  }

  static Stream<Arguments> formats() {
    List<Arguments> all = new ArrayList<>();
    for (Precision gradient : Precision.values()) {
      for (Precision state : Precision.values()) {
        FilterOptions options = FilterOptions.builder().statePrecision(state).build();
        all.add(Arguments.of(gradient, Ema.of(0.9, 2).withOptions(options)));
        all.add(Arguments.of(gradient, MovingAverage.of(3, 5).withOptions(options)));
      }
      all.add(Arguments.of(gradient, Ema.of(0.9, 2)));
      all.add(Arguments.of(gradient, MovingAverage.of(3, 5)));
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void soItDoesInEveryFormatOfGradientAndState(Precision gradient, GradientFilter filter) {
    Precision coarsest =
        filter
            .options()
            .statePrecision()
            .filter(state -> state.compareTo(Precision.FLOAT32) < 0)
            .orElse(gradient);
    // A difference before a rounding to a narrow format can come out as one unit of that format.
    double tolerance =
        switch (coarsest.compareTo(gradient) < 0 ? coarsest : gradient) {
          case FLOAT16 -> 0x1p-10;
          case BFLOAT16 -> 0x1p-7;
          case FLOAT32 -> 1e-6;
          case FLOAT64 -> 1e-14;
        };
    compare(filter, type(gradient), gradient, tolerance);
  }

  private static DataType type(Precision precision) {
    return switch (precision) {
      case FLOAT16 -> DataType.DT_HALF;
      case BFLOAT16 -> DataType.DT_BFLOAT16;
      case FLOAT32 -> DataType.DT_FLOAT;
      case FLOAT64 -> DataType.DT_DOUBLE;
    };
  }

  private static void compare(
      GradientFilter filter, DataType type, Precision precision, double tolerance) {
    GraphDef graph =
        new GraphRewriter(filter).apply(GraphBuilder.single(type, ELEMENTS).build()).graph();
    ArrayFilter oracle = new ArrayFilter(filter.forVariable("w"), precision, ELEMENTS);
    boolean broken = filter.options().nonFinite() == NonFinite.SKIP;
    Random random = new Random(2);
    try (GraphRun run = new GraphRun(graph).initialize()) {
      for (int t = 0; t < STEPS; t++) {
        double[] gradient = gradient(random, precision, broken && t % 5 == 3);
        double[] expected = oracle.step(gradient);
        double[] actual = run.step("train", "grokfast/w/gradient", "g", type, gradient);
        for (int i = 0; i < ELEMENTS; i++) {
          assertClose(actual[i], expected[i], tolerance, "step " + t + " element " + i);
        }
      }
    }
  }

  private static double[] gradient(Random random, Precision precision, boolean broken) {
    double[] values = new double[ELEMENTS];
    for (int i = 0; i < ELEMENTS; i++) {
      values[i] = precision.round(1 + random.nextGaussian());
    }
    if (broken) {
      values[1] = Double.NaN;
      values[2] = Double.POSITIVE_INFINITY;
    }
    return values;
  }

  /** Relative to the size of the terms, which is that of the gradients where they cancel. */
  private static void assertClose(double actual, double expected, double tolerance, String what) {
    if (Double.isFinite(expected)) {
      assertThat(Math.abs(actual - expected))
          .as("%s: %s for %s", what, actual, expected)
          .isLessThanOrEqualTo(tolerance * Math.max(16, Math.abs(expected)));
    } else {
      assertThat(actual).as(what).isEqualTo(Double.valueOf(expected));
    }
  }
}
