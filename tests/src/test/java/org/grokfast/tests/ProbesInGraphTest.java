package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.grokfast.Grokfast;
import org.grokfast.filter.Chain;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Perpendicular;
import org.grokfast.filter.Unfiltered;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.probe.ProbeSetting;
import org.grokfast.probe.Probes;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.RunOptions;

/** What probes measure in TensorFlow graphs, and that they change no weight. */
@Tag("native")
class ProbesInGraphTest {
  private static final int STEPS = 7;

  /** All probes, in two intervals. */
  static GradientFilter probed(GradientFilter filter, int every) {
    ProbeSetting[] all =
        Probes.ALL.stream()
            .map(probe -> new ProbeSetting(probe, probe.name().contains("norm") ? every : 2))
            .toArray(ProbeSetting[]::new);
    return filter.withOptions(filter.options().toBuilder().probes(all).build());
  }

  private static GradientFilter none() {
    return new Unfiltered(FilterOptions.DEFAULTS);
  }

  @TestFactory
  Stream<DynamicTest> weightsAreBitForBitThoseWithoutProbes() {
    return Stream.concat(
            Stream.concat(EveryFilter.kinds(), Stream.of(none())),
            Stream.of(Chain.of(Ema.of(0.9, 1), Perpendicular.defaults())))
        .flatMap(
            filter ->
                Stream.of(Training.Form.values())
                    .map(
                        form ->
                            DynamicTest.dynamicTest(
                                form + " " + filter.kind(), () -> assertSame(filter, form))));
  }

  private static void assertSame(GradientFilter filter, Training.Form form) {
    for (FrameworkOptimizer kind : List.of(FrameworkOptimizer.ADAM, FrameworkOptimizer.NADAM)) {
      List<List<Integer>> without =
          filter.kind().equals(Unfiltered.KIND)
              ? Training.unfiltered(kind).run(STEPS)
              : Training.run(kind, filter, form, STEPS);
      for (int every : List.of(1, 3)) {
        assertThat(Training.run(kind, probed(filter, every), form, STEPS))
            .as("%s, every %s", kind, every)
            .isEqualTo(without);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "REFERENCE, FLOAT32, 1",
    "REFERENCE, FLOAT32, 3",
    "RESOURCE, FLOAT64, 1",
    "RESOURCE, FLOAT64, 3",
    "RESOURCE, FLOAT16, 2",
    "FUNCTION, FLOAT32, 1",
    "FUNCTION, FLOAT32, 3",
    "LIVE, FLOAT32, 3",
    "LIVE_FUNCTION, FLOAT32, 2"
  })
  void theyGiveWhatPlainSumsGive(String form, Precision precision, int every) {
    DataType type =
        switch (precision) {
          case FLOAT16 -> DataType.DT_HALF;
          case FLOAT64 -> DataType.DT_DOUBLE;
          default -> DataType.DT_FLOAT;
        };
    GraphDef graph =
        form.endsWith("FUNCTION")
            ? AlgebraInGraphTest.inFunction()
            : AlgebraInGraphTest.graph(!form.equals("REFERENCE"), type, 3, 4);
    Ema ema = Ema.of(0.9, 2);
    ProbeSetting[] all =
        Probes.ALL.stream()
            .map(probe -> new ProbeSetting(probe, every))
            .toArray(ProbeSetting[]::new);
    GradientFilter filter = ema.withOptions(FilterOptions.builder().probes(all).build());
    boolean live = form.startsWith("LIVE");
    GraphDef run = live ? graph : new GraphRewriter(filter).apply(graph).graph();
    try (GraphRun session = new GraphRun(run)) {
      String train = "train";
      if (live) {
        WrappedGraph wrapped =
            Grokfast.wrap(session.graph(), session.graph().operation(train), filter);
        train = wrapped.trainOp().name();
      }
      session.initialize();
      compare(session, train, type, new ArrayFilter(ema, precision, 3, 4), every);
    }
  }

  private static void compare(
      GraphRun run, String train, DataType type, ArrayFilter oracle, int every) {
    Random random = new Random(3);
    Map<String, Double> last = Map.of();
    PlainProbes plain = new PlainProbes();
    for (int step = 1; step <= STEPS; step++) {
      double[] theta = run.fetch("w/Read");
      double[] gradient = new double[theta.length];
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = Math.rint(random.nextGaussian() * 16) / 16;
      }
      double[] filtered = oracle.step(gradient, theta);
      run.step(train, "shaped", "g", type, gradient);
      Map<String, Double> expected = plain.step(theta, gradient, filtered);
      last = PlainProbes.isDue(step, every) ? expected : last;
      assertThat(last).hasSize(10);
      for (Map.Entry<String, Double> each : last.entrySet()) {
        for (String name : List.of("grokfast/probe/", "grokfast/w/probe/")) {
          double tolerance =
              switch (type) {
                case DT_DOUBLE -> 1e-14;
                // The oracle's filtered gradient is rounded, what is measured is not yet.
                case DT_HALF -> 0x1p-11;
                default -> 1e-6;
              };
          if (each.getValue().isNaN()) {
            // The weights are zeros at first.
            assertThat(run.fetch(name + each.getKey())).containsExactly(Double.NaN);
            continue;
          }
          assertThat(run.fetch(name + each.getKey())[0])
              .as("%s%s in step %s", name, each.getKey(), step)
              .isCloseTo(each.getValue(), within(tolerance * Math.max(1, each.getValue())));
        }
      }
    }
  }

  @Test
  void theTotalIsThatOfAllVariablesTogether() {
    try (Graph graph = new Graph()) {
      WrappedGraph wrapped =
          Grokfast.wrap(
              graph,
              new Momentum(graph, 0.1f).minimize(SmallModel.loss(graph)),
              probed(Ema.of(0.9, 2), 1));
      try (Session session = new Session(graph)) {
        session.initialize();
        for (int step = 0; step < 4; step++) {
          Training.step(session, wrapped.trainOp().name(), step);
        }
        Map<String, Double> values = wrapped.probes(session);
        for (String norm : List.of("weight-norm", "gradient-norm", "filtered-norm")) {
          assertThat(values.get(norm))
              .isCloseTo(
                  PlainProbes.norm(values.get(norm + "/w"), values.get(norm + "/b")), within(1e-6));
        }
        double dot = 0;
        for (String variable : List.of("/w", "/b")) {
          dot +=
              values.get("cosine" + variable)
                  * values.get("gradient-norm" + variable)
                  * values.get("filtered-norm" + variable);
        }
        assertThat(values.get("cosine"))
            .isCloseTo(
                dot / values.get("gradient-norm") / values.get("filtered-norm"), within(1e-2))
            .isStrictlyBetween(0.0, 1.0);
        assertThat(wrapped.probeTensors()).containsKeys("cosine", "cosine/w", "weight-norm/b");
      }
    }
  }

  @Test
  void withoutAFilterTheGradientIsItsOwnFilteredGradient() {
    try (GraphRun run =
        new GraphRun(
                new GraphRewriter(probed(none(), 1))
                    .apply(AlgebraInGraphTest.graph(true, DataType.DT_FLOAT, 3))
                    .graph())
            .initialize()) {
      run.step("train", "shaped", "g", DataType.DT_FLOAT, 3, 0, 4);
      assertThat(run.fetch("grokfast/probe/gradient-norm")).containsExactly(5);
      assertThat(run.fetch("grokfast/probe/filtered-norm")).containsExactly(5);
      assertThat(run.fetch("grokfast/w/probe/cosine")).containsExactly(1);
    }
  }

  @Test
  void theAngleToNothingIsNoNumber() {
    try (GraphRun run =
        new GraphRun(
                new GraphRewriter(probed(none(), 1))
                    .apply(AlgebraInGraphTest.graph(true, DataType.DT_FLOAT, 3))
                    .graph())
            .initialize()) {
      run.step("train", "shaped", "g", DataType.DT_FLOAT, 0, 0, 0);
      assertThat(run.fetch("grokfast/w/probe/cosine")).containsExactly(Double.NaN);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void strippingGivesTheOriginal(int every) {
    for (GraphDef graph :
        List.of(
            AlgebraInGraphTest.graph(true, DataType.DT_FLOAT, 3),
            AlgebraInGraphTest.graph(false, DataType.DT_HALF, 3),
            AlgebraInGraphTest.inFunction())) {
      GraphDef rewritten =
          new GraphRewriter(probed(Perpendicular.defaults(), every)).apply(graph).graph();
      assertThat(FilterStripper.apply(rewritten)).isEqualTo(graph);
    }
  }

  /** In a step that doesn't measure, all that a probe costs is that its switches stay shut. */
  @Test
  void aStepThatDoesNotMeasureRunsNoKernelThatTouchesATensor() {
    ProbeSetting[] all =
        Probes.ALL.stream()
            .filter(probe -> !probe.name().equals("bands"))
            .map(probe -> new ProbeSetting(probe, 10))
            .toArray(ProbeSetting[]::new);
    GradientFilter filter = none().withOptions(FilterOptions.builder().probes(all).build());
    GraphDef graph =
        new GraphRewriter(filter)
            .apply(AlgebraInGraphTest.graph(true, DataType.DT_FLOAT, 3, 4))
            .graph();
    Map<String, String> ops =
        graph.getNodeList().stream().collect(Collectors.toMap(NodeDef::getName, NodeDef::getOp));
    try (GraphRun run = new GraphRun(graph).initialize()) {
      assertThat(probed(run, ops)).contains("Sum", "Pack", "AssignVariableOp", "ReadVariableOp");
      assertThat(probed(run, ops))
          .hasSizeLessThanOrEqualTo(12)
          .isSubsetOf("Switch", "Merge", "Const", "VarHandleOp");
    }
  }

  /** The ops of probes that one step runs. */
  private static List<String> probed(GraphRun run, Map<String, String> ops) {
    RunOptions trace =
        RunOptions.newBuilder().setTraceLevel(RunOptions.TraceLevel.FULL_TRACE).build();
    try (Tensor gradient = GraphRun.tensor(DataType.DT_FLOAT, new double[12])) {
      Session.Runner runner =
          run.session().runner().setOptions(trace).feed("g", gradient).addTarget("train");
      try (Result result = runner.runAndFetchMetadata()) {
        return result.getMetadata().orElseThrow().getStepStats().getDevStatsList().stream()
            .flatMap(device -> device.getNodeStatsList().stream())
            .map(node -> node.getNodeName())
            .filter(name -> name.contains("/probe/"))
            .map(name -> name.startsWith("ConstantFolding") ? "Const" : ops.get(name))
            .toList();
      }
    }
  }
}
