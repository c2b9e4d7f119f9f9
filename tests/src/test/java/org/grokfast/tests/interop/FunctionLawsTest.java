package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.InsertedNodes;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operation;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/**
 * The laws of a rewrite where the update is in a function. Laws 1 and 2 are {@link InteropTest}'s,
 * 6 and 7 do not depend on the graph.
 */
@Tag("native")
class FunctionLawsTest {
  private static final GradientFilter EMA = Ema.of(0.9, 2);
  private static final int HALF = Fixture.STEPS / 2;

  @TempDir Path folder;

  static Stream<Fixture> fixtures() {
    return named("raw_adam", "raw_momentum_sparse", "v2_nested_step_2", "v2_cond", "v2_while");
  }

  private static Stream<Fixture> named(String... names) {
    Set<String> wanted = Set.of(names);
    List<Fixture> found =
        Fixture.all().stream().filter(fixture -> wanted.contains(fixture.name())).toList();
    assertThat(found).hasSize(names.length);
    return found.stream();
  }

  private static Fixture fixture(String name) {
    return named(name).findFirst().orElseThrow();
  }

  private static GraphDef original(Fixture fixture) {
    return new GraphFileReader().read(fixture.path()).graph();
  }

  private static GraphDef rewritten(Fixture fixture, GradientFilter filter) {
    return new GraphRewriter(filter).apply(original(fixture)).graph();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void rewritingAgainIsRefusedAndReplacingGivesWhatTheOriginalGives(Fixture fixture) {
    GraphDef once = rewritten(fixture, EMA);
    GraphRewriter other = new GraphRewriter(MovingAverage.of(5, 5));
    assertThatThrownBy(() -> other.apply(once))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageContaining("the graph already holds ema(alpha=0.9");
    assertThat(other.replace(once).graph()).isEqualTo(other.apply(original(fixture)).graph());
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void theSameInputGivesTheSameBytes(Fixture fixture) {
    assertThat(rewritten(fixture, EMA).toByteString())
        .isEqualTo(rewritten(fixture, EMA).toByteString());
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void whatWasThereKeepsItsNameItsPlaceAndItsOp(Fixture fixture) {
    GraphDef before = original(fixture);
    GraphDef after = rewritten(fixture, EMA);
    assertThat(ops(after.getNodeList())).isEqualTo(ops(before.getNodeList()));
    assertThat(after.getLibrary().getFunctionCount())
        .isEqualTo(before.getLibrary().getFunctionCount());
    for (int i = 0; i < before.getLibrary().getFunctionCount(); i++) {
      FunctionDef old = before.getLibrary().getFunction(i);
      FunctionDef now = after.getLibrary().getFunction(i);
      assertThat(ops(now.getNodeDefList())).isEqualTo(ops(old.getNodeDefList()));
      assertThat(now.toBuilder().clearNodeDef().build())
          .as("signature, returned values and attributes of %s", old.getSignature().getName())
          .isEqualTo(old.toBuilder().clearNodeDef().build());
    }
  }

  private static List<String> ops(List<NodeDef> nodes) {
    return nodes.stream()
        .filter(node -> !InsertedNodes.contains(node))
        .map(node -> node.getName() + " " + node.getOp())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aRunSavedAndRestoredHalfWayIsThatOfOneGo(Fixture fixture) {
    GraphDef graph = rewritten(fixture, EMA);
    String checkpoint = folder.resolve("half").toString();
    Map<String, double[]> straight;
    try (SavedModelBundle bundle = FixtureRun.load(fixture, graph, folder.resolve("first"))) {
      FixtureRun.trainSignature(fixture, bundle, 0, HALF);
      save(bundle, checkpoint);
      straight = FixtureRun.trainSignature(fixture, bundle, HALF, Fixture.STEPS);
    }
    try (SavedModelBundle bundle = FixtureRun.load(fixture, graph, folder.resolve("second"))) {
      restore(bundle, checkpoint);
      Map<String, double[]> resumed =
          FixtureRun.trainSignature(fixture, bundle, HALF, Fixture.STEPS);
      straight.forEach((name, values) -> assertThat(resumed.get(name)).isEqualTo(values));
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void anOlderCheckpointIsRestoredAndTheFilterStartsAfresh(Fixture fixture) {
    String checkpoint = folder.resolve("older").toString();
    Map<String, double[]> saved;
    try (SavedModelBundle bundle =
        FixtureRun.load(fixture, original(fixture), folder.resolve("original"))) {
      saved = FixtureRun.trainSignature(fixture, bundle, 0, HALF);
      save(bundle, checkpoint);
    }
    try (SavedModelBundle bundle =
        FixtureRun.load(fixture, rewritten(fixture, EMA), folder.resolve("rewritten"))) {
      FixtureRun.trainSignature(fixture, bundle, 0, 3);
      assertThat(steps(bundle)).isPositive();
      restore(bundle, checkpoint);
      assertThat(steps(bundle)).isZero();
      FixtureRun.trainSignature(fixture, bundle, 0, 0)
          .forEach((name, values) -> assertThat(values).as(name).isEqualTo(saved.get(name)));
    }
  }

  @Test
  void allCallsCountOnAndABranchCountsTheCallsThatTakeIt() {
    Map<String, Long> counted = new HashMap<>();
    fixtures()
        .forEach(
            fixture -> {
              Path target = folder.resolve(fixture.name());
              try (SavedModelBundle bundle =
                  FixtureRun.load(fixture, rewritten(fixture, EMA), target)) {
                FixtureRun.trainSignature(fixture, bundle, 0, Fixture.STEPS);
                counted.put(fixture.name(), steps(bundle));
              }
            });
    assertThat(counted).containsEntry("raw_adam", 50L).containsEntry("v2_nested_step_2", 50L);
    assertThat(counted.get("v2_cond")).isBetween(1L, 49L);
    assertThat(counted.get("v2_while")).isGreaterThan(50L);
  }

  @Test
  void lambIsChangedFromTheMainGraphWhileTheModelRuns() {
    Fixture fixture = fixture("raw_momentum");
    GraphDef graph = rewritten(fixture, EMA);
    Map<String, double[]> unfiltered = FixtureRun.trainWhole(fixture, original(fixture));
    try (SavedModelBundle bundle = FixtureRun.load(fixture, graph, folder.resolve("tuned"));
        var zero = org.tensorflow.types.TFloat64.scalarOf(0)) {
      bundle
          .session()
          .runner()
          .feed("grokfast/lamb/new_value", zero)
          .addTarget("grokfast/lamb/set")
          .run()
          .close();
      FixtureRun.trainSignature(fixture, bundle, 0, Fixture.STEPS)
          .forEach((name, values) -> assertThat(values).isEqualTo(unfiltered.get(name)));
    }
  }

  @Test
  void theReportSaysWhereTheSiteIs() {
    RewriteReport report = new GraphRewriter(EMA).apply(original(fixture("v2_cond"))).report();
    assertThat(report.toText())
        .containsPattern(
            "called by StatefulPartitionedCall > StatefulPartitionedCall of"
                + " __inference_signature_wrapper_train_\\d+ > cond of __inference_train_\\d+\\n")
        .contains("functions initialise state when they first use it; 'grokfast/init' sets it back")
        .containsPattern(
            "checkpoints of SaveV2 hold the state \\(__inference__traced_save_\\d+\\)");
    assertThat(report.toJson()).contains("\"function\" : \"cond_true_");
  }

  @Test
  void aGradientNamedByHandIsFoundInAFunction() {
    Fixture fixture = fixture("v2_assigned");
    GraphRewriter pass =
        new GraphRewriter(EMA).withGradients(Map.of("w", "gradient_tape/MatMul/MatMul:0"));
    GraphDef graph = pass.apply(original(fixture)).graph();
    Map<String, double[]> weights = FixtureRun.train(fixture, graph);
    FixtureRun.assertReached(fixture, weights, "ema");
  }

  @Test
  void aNameThatTwoFunctionsHoldHasToNameOne() {
    GraphDef graph = original(fixture("v2_nested_update_2"));
    GraphRewriter pass = new GraphRewriter(EMA).withGradients(Map.of("w", "Identity:output:0"));
    String functions =
        graph.getLibrary().getFunctionList().stream()
            .map(function -> function.getSignature().getName())
            .collect(Collectors.joining("|"));
    assertThatThrownBy(() -> pass.plan(graph))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageMatching(
            "gradient 'Identity:output:0' of variable 'w' is in the functions ("
                + functions
                + "), .*; write FUNCTION/Identity:output:0");
  }

  private static void save(SavedModelBundle bundle, String prefix) {
    SaverDef saver = bundle.metaGraphDef().getSaverDef();
    try (TString file = TString.scalarOf(prefix)) {
      bundle
          .session()
          .runner()
          .feed(saver.getFilenameTensorName(), file)
          .fetch(saver.getSaveTensorName())
          .run()
          .close();
    }
  }

  private static void restore(SavedModelBundle bundle, String prefix) {
    SaverDef saver = bundle.metaGraphDef().getSaverDef();
    try (TString file = TString.scalarOf(prefix)) {
      bundle
          .session()
          .runner()
          .feed(saver.getFilenameTensorName(), file)
          .addTarget(saver.getRestoreOpName())
          .run()
          .close();
    }
  }

  /** The counter of the filter's steps. */
  private static long steps(SavedModelBundle bundle) {
    String name = "read_steps";
    if (bundle.graph().operation(name) == null) {
      Operation step = bundle.graph().operation("grokfast/step");
      bundle
          .graph()
          .opBuilder("ReadVariableOp", name, bundle.graph().baseScope())
          .addInput(step.output(0))
          .setAttr("dtype", DataType.DT_INT64)
          .build();
    }
    try (Result result = bundle.session().runner().fetch(name).run()) {
      return ((TInt64) result.get(0)).getLong();
    }
  }
}
