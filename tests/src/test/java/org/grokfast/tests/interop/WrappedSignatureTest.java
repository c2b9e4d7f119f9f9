package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operation;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.proto.GraphDef;

/** Wrapping the {@code train} signature of a SavedModel that a program has loaded. */
@Tag("native")
class WrappedSignatureTest {
  @TempDir Path folder;

  static Stream<Fixture> fixtures() {
    Set<String> names = Set.of("raw_adam", "v2_nested_update_2", "v2_cond", "v2_while");
    return Fixture.all().stream().filter(fixture -> names.contains(fixture.name()));
  }

  private SavedModelBundle load(Fixture fixture) {
    return FixtureRun.load(
        fixture, new GraphFileReader().read(fixture.path()).graph(), folder.resolve("model"));
  }

  private static Operation trainOp(SavedModelBundle bundle) {
    return bundle
        .graph()
        .outputOrThrow(FixtureRun.signature(bundle, "train").getOutputs().get("loss").name)
        .op();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void theWrappedCallTrainsWithTheFilter(Fixture fixture) {
    try (SavedModelBundle bundle = load(fixture)) {
      WrappedGraph wrapped = Grokfast.wrap(bundle.graph(), trainOp(bundle), Ema.of(0.9, 2));
      assertThat(wrapped.sameTrainOp()).isFalse();
      bundle.session().initialize();
      String loss = wrapped.trainOp().name();
      Map<String, double[]> weights =
          FixtureRun.trainSignature(fixture, bundle, loss, 0, Fixture.STEPS);
      FixtureRun.assertReached(fixture, weights, "ema");
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void theSignatureThatWasThereStillTrainsWithoutTheFilter(Fixture fixture) {
    try (SavedModelBundle bundle = load(fixture)) {
      Grokfast.wrap(bundle.graph(), trainOp(bundle), Ema.of(0.9, 2));
      bundle.session().initialize();
      Map<String, double[]> weights = FixtureRun.trainSignature(fixture, bundle, 0, Fixture.STEPS);
      FixtureRun.assertReached(fixture, weights, "original");
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aWrappedCallIsNotWrappedAgainAndIsStripped(Fixture fixture) {
    try (SavedModelBundle bundle = load(fixture)) {
      var before = bundle.graph().toGraphDef();
      WrappedGraph wrapped = Grokfast.wrap(bundle.graph(), trainOp(bundle), Ema.of(0.9, 2));
      assertThatThrownBy(() -> Grokfast.wrap(bundle.graph(), wrapped.trainOp(), Ema.of(0.9, 2)))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessageStartingWith("the graph already holds ema(alpha=0.9");
      GraphDef stripped = FilterStripper.apply(bundle.graph().toGraphDef());
      // TensorFlow Java writes a graph's initializers as one more node, Init, and orders functions
      // as it likes.
      assertThat(stripped.getNodeList())
          .filteredOn(node -> !node.getName().equals("Init"))
          .isEqualTo(before.getNodeList());
      assertThat(stripped.getLibrary().getFunctionList())
          .containsExactlyInAnyOrderElementsOf(before.getLibrary().getFunctionList());
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aSignatureIsWrappedByItsName(Fixture fixture) {
    try (SavedModelBundle bundle = load(fixture)) {
      WrappedGraph wrapped = Grokfast.wrap(bundle, "train", Ema.of(0.9, 2));
      bundle.session().initialize();
      Map<String, double[]> weights =
          FixtureRun.trainSignature(fixture, bundle, wrapped.trainOp().name(), 0, Fixture.STEPS);
      FixtureRun.assertReached(fixture, weights, "ema");
    }
  }

  @Test
  void anUnknownSignatureIsAnsweredWithThoseThatThereAre() {
    try (SavedModelBundle bundle = load(fixtures().findFirst().orElseThrow())) {
      assertThatThrownBy(() -> Grokfast.wrap(bundle, "Train", Ema.of(0.9, 2)))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessageStartingWith(
              "the SavedModel has no signature 'Train'; did you mean 'train'?; it has ")
          .hasMessageContaining("'train' (trains)")
          .hasMessageEndingWith("'weights'");
      assertThatThrownBy(() -> Grokfast.wrap(bundle, (String) null, Ema.of(0.9, 2)))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessageStartingWith("the SavedModel has no signature null; it has ");
    }
  }

  @Test
  void aSignatureThatDoesNotTrainIsRefused() {
    try (SavedModelBundle bundle = load(fixtures().findFirst().orElseThrow())) {
      assertThatThrownBy(() -> Grokfast.wrap(bundle, "weights", Ema.of(0.9, 2)))
          .isInstanceOf(NothingToRewriteException.class)
          .hasMessageStartingWith(
              "signature 'weights' runs no update that can be filtered; the SavedModel has ")
          .hasMessageContaining("'train' (trains)");
    }
  }

  @Test
  void whatIsProvedOfAFunctionIsUndecided() {
    try (SavedModelBundle bundle = load(fixtures().findFirst().orElseThrow())) {
      WrappedGraph wrapped = Grokfast.wrap(bundle, "train", Ema.of(0.9, 2));
      bundle.session().initialize();
      assertThat(wrapped.prove(bundle.session(), Map.of()))
          .isNotEmpty()
          .allMatch(
              proof ->
                  proof
                      .text()
                      .equals(
                          "could not be decided, because it stands in a function, of which no tensor"
                              + " can be fetched; use verify"));
    }
  }
}
