package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.GraphDef;

/** Graphs from Python, with resource and reference variables, run by TensorFlow Java. */
@Tag("native")
class PythonGraphsTest {
  private static final int STEPS = 8;
  private static final List<String> GRAPHS =
      List.of("resource_momentum", "resource_adam", "reference_rmsprop");

  @TempDir Path folder;

  static Stream<Arguments> cases() {
    return GRAPHS.stream()
        .flatMap(
            graph ->
                Stream.of(Ema.of(0.9, 2), MovingAverage.of(3, 5))
                    .map(filter -> Arguments.of(graph, filter)));
  }

  private static GraphRun rewritten(String graph, GradientFilter filter) {
    GraphDef original = PythonGraphs.read(graph);
    GraphDef after = new GraphRewriter(filter).apply(original).graph();
    assertThat(FilterStripper.apply(after)).isEqualTo(original);
    return new GraphRun(after).run("init");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatTheOptimizerSeesIsWhatTheArrayInterpreterComputes(String graph, GradientFilter filter) {
    var plan = new GraphRewriter(filter).plan(PythonGraphs.read(graph));
    var site = plan.sites().get(0).site();
    assertThat(site.variable().name()).isEqualTo("layer/w");
    ArrayFilter oracle = new ArrayFilter(filter, Precision.FLOAT32, 6);
    try (GraphRun run = rewritten(graph, filter)) {
      for (int step = 0; step < STEPS; step++) {
        List<Float> values =
            PythonGraphs.train(
                    run.session(), "train", step, 1, site.gradient(), "grokfast/layer/w/gradient")
                .get(0);
        double[] gradient = values.subList(0, 6).stream().mapToDouble(v -> v).toArray();
        double[] expected = oracle.step(gradient);
        for (int i = 0; i < 6; i++) {
          // A fused multiplication and addition rounds once less.
          assertThat((double) values.get(6 + i)).isCloseTo(expected[i], within(1e-6));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aWrappedGraphTrainsAsTheRewrittenOne(String graph, GradientFilter filter) {
    try (GraphRun pass = rewritten(graph, filter);
        GraphRun live = new GraphRun(PythonGraphs.read(graph))) {
      var wrapped = Grokfast.wrap(live.graph(), live.graph().operation("train"), filter);
      live.initialize().run("init");
      assertThat(PythonGraphs.weights(live, wrapped.trainOp().name(), 0, STEPS))
          .isEqualTo(PythonGraphs.weights(pass, "train", 0, STEPS));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void withoutAmplificationWeightsAreBitIdentical(String graph, GradientFilter filter) {
    GradientFilter zero =
        filter instanceof Ema ? Ema.of(0.9, 0) : MovingAverage.of(3, 0).withWarmup(false);
    try (GraphRun plain = new GraphRun(PythonGraphs.read(graph)).run("init");
        GraphRun unamplified = rewritten(graph, zero);
        GraphRun amplified = rewritten(graph, filter)) {
      List<List<Float>> expected = PythonGraphs.weights(plain, "train", 0, STEPS);
      assertThat(PythonGraphs.weights(unamplified, "train", 0, STEPS)).isEqualTo(expected);
      assertThat(PythonGraphs.weights(amplified, "train", 0, STEPS)).isNotEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "resource_momentum, save",
    "resource_momentum, save_1",
    "resource_adam, save",
    "reference_rmsprop, save"
  })
  void aRunContinuesBitForBitThroughEachSaverOfTheGraph(String graph, String saver) {
    String prefix = folder.resolve("model").toString();
    GradientFilter filter = MovingAverage.of(3, 5);
    List<List<Float>> uninterrupted;
    try (GraphRun run = rewritten(graph, filter)) {
      PythonGraphs.weights(run, "train", 0, 4);
      run.checkpoint(saver + "/control_dependency", saver + "/Const", prefix);
      uninterrupted = PythonGraphs.weights(run, "train", 4, STEPS);
    }
    try (GraphRun run = rewritten(graph, filter)) {
      PythonGraphs.weights(run, "train", 50, 2);
      run.checkpoint(saver + "/restore_all", saver + "/Const", prefix);
      assertThat(PythonGraphs.weights(run, "train", 4, STEPS)).isEqualTo(uninterrupted);
    }
  }
}
