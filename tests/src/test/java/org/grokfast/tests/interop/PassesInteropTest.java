package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Unfiltered;
import org.grokfast.pass.DecoupledWeightDecay;
import org.grokfast.pass.Lookahead;
import org.grokfast.pass.StepPass;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.GraphDef;

/** Passes in the graphs of other programs: every optimizer, place and form of variable. */
@Tag("native")
class PassesInteropTest {
  private static final String REFUSED =
      ".*: (lookahead|decoupled-weight-decay) is not possible at '.*; (decay in the"
          + " program that trains, or )?leave the variable out with"
          + " --(lookahead|decay)-exclude";

  private static final String SOME_STEPS = ".*(cond|accumul|alternating|loss_scale).*";

  /** Those that a filter takes. */
  static Stream<Fixture> all() {
    return Fixture.all().stream().filter(fixture -> !fixture.name().equals("v1_while_frames"));
  }

  /** One of each place in which an update may stand, and of each format and form of variable. */
  static Stream<Fixture> places() {
    return ProbesInteropTest.fixtures()
        .filter(fixture -> !fixture.name().contains("same_variable"));
  }

  private static GraphDef graph(Fixture fixture) {
    return new GraphFileReader().read(fixture.path()).graph();
  }

  private static GradientFilter ema(StepPass... passes) {
    return Ema.of(0.9, 2).withOptions(FilterOptions.builder().passes(passes).build());
  }

  /** Laws 2 to 4: what is possible is stripped again; what is not is refused in one line. */
  @ParameterizedTest
  @MethodSource("all")
  void everyGraphIsThatOfBeforeWhenItIsStripped(Fixture fixture) {
    GraphDef original = graph(fixture);
    int possible = 0;
    for (GradientFilter filter :
        new GradientFilter[] {
          Unfiltered.with(Lookahead.of(5, 0.5)),
          Unfiltered.with(DecoupledWeightDecay.of(0.1)),
          ema(Lookahead.of(5, 0.5)),
          ema(Lookahead.of(1, 1), DecoupledWeightDecay.of(0.1))
        }) {
      GraphDef rewritten;
      try {
        rewritten = new GraphRewriter(filter).apply(original).graph();
      } catch (GraphRewriteException e) {
        assertThat(e).hasMessageMatching(REFUSED + "|.* which don't count together, .*");
        continue;
      }
      possible++;
      assertThat(FilterStripper.apply(rewritten)).isEqualTo(original);
      assertThat(new GraphRewriter(filter).apply(original).graph().toByteString())
          .isEqualTo(rewritten.toByteString());
      assertThatThrownBy(() -> new GraphRewriter(filter).apply(rewritten))
          .hasMessageStartingWith("the graph already holds ");
      assertThat(new GraphRewriter(ema()).replace(rewritten).graph())
          .isEqualTo(new GraphRewriter(ema()).apply(original).graph());
    }
    // Lookahead is possible wherever a filter is, but where two optimizers step one variable.
    assertThat(possible).isGreaterThanOrEqualTo(fixture.name().equals("v1_same_variable") ? 1 : 2);
  }

  /** A loop in the graph makes several updates in a step, between which nobody else gets. */
  static Stream<Fixture> steps() {
    return places().filter(fixture -> !fixture.name().contains("while"));
  }

  @ParameterizedTest
  @MethodSource("steps")
  void lookaheadIsThatOfAPlainLoop(Fixture fixture) {
    GraphDef original = graph(fixture);
    GraphDef rewritten =
        new GraphRewriter(Unfiltered.with(Lookahead.of(2, 0.25))).apply(original).graph();
    Map<String, double[]> expected =
        new PlainLoop(fixture, original, fixture.name().matches(SOME_STEPS)).lookahead(2, 0.25);
    FixtureRun.train(fixture, rewritten)
        .forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
  }

  @ParameterizedTest
  @MethodSource("places")
  void aRateOfOneAndADecayOfZeroLeaveEveryBit(Fixture fixture) {
    GraphDef original = graph(fixture);
    var expected = FixtureRun.train(fixture, original);
    Map<String, GradientFilter> filters = new LinkedHashMap<>();
    filters.put("lookahead", Unfiltered.with(Lookahead.of(2, 1)));
    filters.put("both", Unfiltered.with(DecoupledWeightDecay.of(0), Lookahead.of(1, 1)));
    filters.forEach(
        (label, filter) -> {
          GraphDef rewritten;
          try {
            rewritten = new GraphRewriter(filter).apply(original).graph();
          } catch (GraphRewriteException e) {
            assertThat(e).hasMessageMatching(REFUSED);
            assertThat(label).isEqualTo("both");
            return;
          }
          FixtureRun.train(fixture, rewritten)
              .forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
        });
  }

  @Test
  void aVariableThatTwoOptimizersStepHasNoCountForLookahead() {
    GraphDef original = graph(Fixture.named("v1_same_variable"));
    assertThatThrownBy(
            () -> new GraphRewriter(Unfiltered.with(Lookahead.of(5, 0.5))).apply(original))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "variable 'w' is updated at 'train_fit/update_w/ResourceApplyGradientDescent' and at"
                + " 'train_decay/update_w/ResourceApplyMomentum', which don't count together, so"
                + " that lookahead has no order there; leave the variable out with"
                + " --lookahead-exclude");
  }

  @Test
  void anUpdateWrittenOutInOpsHasNoLearningRateThatIsKnown() {
    GraphDef original = graph(Fixture.named("k3_sgd"));
    assertThatThrownBy(
            () -> new GraphRewriter(Unfiltered.with(DecoupledWeightDecay.of(0.1))).apply(original))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "variable 'w': decoupled-weight-decay is not possible at 'sgd/Mul', as its update is"
                + " written out in ops (all data reaches AssignSubVariableOp"
                + " 'sgd/AssignSubVariableOp' through it; made in scope gradient_tape), so that"
                + " which number is the learning rate is not known for certain; name it behind the"
                + " decay, D,TENSOR; decay in the program that trains, or leave the variable out"
                + " with --decay-exclude");
  }

  /** Of Keras 3, whose optimizers are ops; the rates are those of make_fixtures.py. */
  @ParameterizedTest
  @CsvSource({"k3_sgd, sgd/Cast/ReadVariableOp, 0.05", "k3_adam, adam/Cast/ReadVariableOp:0, 0.01"})
  void aNamedRateIsTakenInAFunctionToo(String name, String tensor, double rate) {
    Fixture fixture = Fixture.named(name);
    GraphDef original = graph(fixture);
    DecoupledWeightDecay decay = DecoupledWeightDecay.of(0.1).withRate(tensor);
    GraphDef rewritten = new GraphRewriter(Unfiltered.with(decay)).apply(original).graph();
    Map<String, double[]> expected = new PlainLoop(fixture, original, false).decay(rate * 0.1);
    // Float32, in another order: some roundings of numbers around 1 a step.
    FixtureRun.train(fixture, rewritten)
        .forEach(
            (variable, values) ->
                assertThat(values)
                    .as(variable)
                    .containsExactly(expected.get(variable), within(2e-6)));
    assertThat(FilterStripper.apply(rewritten)).isEqualTo(original);
  }

  @ParameterizedTest
  @CsvSource({
    "nothing, no node 'nothing' is where it is updated",
    "sgd/Cast/ReadVariableOp:1, nothing takes 'sgd/Cast/ReadVariableOp' output 1"
  })
  void aNameThatIsNoRateIsRefused(String tensor, String reason) {
    DecoupledWeightDecay decay = DecoupledWeightDecay.of(0.1).withRate(tensor);
    assertThatThrownBy(
            () -> new GraphRewriter(Unfiltered.with(decay)).apply(graph(Fixture.named("k3_sgd"))))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aDecayThatIsThereAlreadyIsNamed() {
    GradientFilter decay = Unfiltered.with(DecoupledWeightDecay.of(0.1));
    assertThatThrownBy(
            () -> new GraphRewriter(decay).apply(graph(Fixture.named("v1_proximal_sgd_dense_ref"))))
        .hasMessageContaining(
            "ApplyProximalGradientDescent shrinks weights by itself (l1, l2), and they would shrink"
                + " twice");
    assertThat(
            new GraphRewriter(decay)
                .apply(shrinking(graph(places().findFirst().get())))
                .report()
                .notes())
        .startsWith(
            "hazard: 'shrink' already makes a new value out of 'w', so that weights may shrink"
                + " twice: leave --decoupled-weight-decay out, or that");
  }

  /** A graph whose program has decay of its own. */
  private static GraphDef shrinking(GraphDef graph) {
    GraphDef.Builder more = graph.toBuilder();
    var type = org.tensorflow.proto.AttrValue.newBuilder();
    type.setType(org.tensorflow.proto.DataType.DT_FLOAT);
    more.addNodeBuilder()
        .setOp("Mul")
        .setName("share")
        .addInput("w")
        .addInput("w")
        .putAttr("T", type.build());
    more.addNodeBuilder()
        .setOp("AssignSub")
        .setName("shrink")
        .addInput("w")
        .addInput("share")
        .putAttr("T", type.build());
    return more.build();
  }
}
