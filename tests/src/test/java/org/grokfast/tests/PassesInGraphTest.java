package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Perpendicular;
import org.grokfast.filter.Unfiltered;
import org.grokfast.pass.DecoupledWeightDecay;
import org.grokfast.pass.Lookahead;
import org.grokfast.pass.StepPass;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.live.GrokfastOptimizer;
import org.grokfast.tensorflow.live.WrapOptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Graph;
import org.tensorflow.proto.GraphDef;

/** What passes do to the weights in TensorFlow graphs, next to plain loops that do the same. */
@Tag("native")
class PassesInGraphTest {
  private static final int STEPS = 10;

  /** A filter with passes. */
  static GradientFilter with(GradientFilter filter, StepPass... passes) {
    return filter.withOptions(filter.options().toBuilder().passes(passes).build());
  }

  static Stream<GradientFilter> filters() {
    return Stream.of(
        new Unfiltered(FilterOptions.DEFAULTS),
        Ema.of(0.9, 2),
        MovingAverage.of(3, 5),
        Perpendicular.defaults());
  }

  @TestFactory
  Stream<DynamicTest> aRateOfOneAndADecayOfZeroLeaveEveryBit() {
    return Stream.of(Training.Form.values())
        .flatMap(
            form ->
                Stream.of(FrameworkOptimizer.ADAM, FrameworkOptimizer.MOMENTUM)
                    .flatMap(kind -> filters().map(filter -> neutral(form, kind, filter))));
  }

  private static DynamicTest neutral(
      Training.Form form, FrameworkOptimizer kind, GradientFilter filter) {
    return DynamicTest.dynamicTest(
        form + " " + kind + " " + filter.kind(),
        () -> {
          List<List<Integer>> without =
              filter instanceof Unfiltered
                  ? Training.unfiltered(kind).run(STEPS)
                  : Training.run(kind, filter, form, STEPS);
          StepPass decay = DecoupledWeightDecay.of(0);
          for (StepPass lookahead : List.of(Lookahead.of(1, 1), Lookahead.of(3, 1))) {
            assertThat(Training.run(kind, with(filter, decay, lookahead), form, STEPS))
                .isEqualTo(without);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> lookaheadIsThatOfAPlainLoopBitForBit() {
    return Stream.of(Training.Form.values())
        .flatMap(form -> Stream.of(FrameworkOptimizer.values()).flatMap(kind -> plain(form, kind)));
  }

  /** Every optimizer alone, and one of them behind each filter. */
  private static Stream<DynamicTest> plain(Training.Form form, FrameworkOptimizer kind) {
    if (form == Training.Form.OPTIMIZER && kind == FrameworkOptimizer.NADAM) {
      // No rule finds its update behind the filter: see below.
      return Stream.empty();
    }
    return filters()
        .limit(kind == FrameworkOptimizer.MOMENTUM ? Long.MAX_VALUE : 1)
        .map(
            filter ->
                DynamicTest.dynamicTest(
                    form + " " + kind + " " + filter.kind(),
                    () -> assertPlain(form, kind, filter)));
  }

  private static void assertPlain(
      Training.Form form, FrameworkOptimizer kind, GradientFilter filter) {
    for (int steps : List.of(1, 3)) {
      // 10 steps: three blends of every third.
      Training plain = Training.unfiltered(kind);
      GraphDef graph =
          filter instanceof Unfiltered
              ? plain.graph()
              : new GraphRewriter(filter).apply(plain.graph()).graph();
      List<List<Integer>> expected =
          PlainLookahead.run(new Training(graph, plain.trainOp()), steps, 0.4f, STEPS);
      assertThat(Training.run(kind, with(filter, Lookahead.of(steps, 0.4)), form, STEPS))
          .isEqualTo(expected)
          .isNotEqualTo(new Training(graph, plain.trainOp()).run(STEPS));
    }
  }

  @Test
  void anOptimizerWhoseUpdateNoRuleFindsBehindItsFilterIsRefused() {
    try (Graph graph = new Graph()) {
      var loss = SmallModel.loss(graph);
      GrokfastOptimizer nadam =
          new GrokfastOptimizer(
              FrameworkOptimizer.NADAM.create(graph), with(Ema.of(0.9, 2), Lookahead.of(3, 0.5)));
      assertThatThrownBy(() -> nadam.minimize(loss))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessage(
              "variable 'w': lookahead is not possible, as no rule finds the update that Nadam"
                  + " makes; leave the variable out with --lookahead-exclude");
    }
  }

  @Test
  void variablesThatTheFilterLeavesOutAreServedAndThoseOfTheirOwnPatternAreNot() {
    GraphDef graph = Training.unfiltered(FrameworkOptimizer.MOMENTUM).graph();
    FilterOptions options =
        FilterOptions.builder().exclude("^w$").passes(Lookahead.of(5, 0.5).except("^b$")).build();
    var report = new GraphRewriter(Ema.of(0.9, 2).withOptions(options)).apply(graph).report();
    assertThat(report.stateVariables())
        .contains("grokfast/w/lookahead/slow", "grokfast/b/ema")
        .doesNotContain("grokfast/b/lookahead/slow", "grokfast/w/ema");
    assertThat(report.plan().excluded()).containsExactly("w");
    assertThat(report.toText()).contains("pass: lookahead(5,0.5, exclude=[^b$])");
  }

  @Test
  void aWrappedGraphIsStrippedToTheOneThatWasWrapped() {
    for (Training.Form form : List.of(Training.Form.WRAPPED, Training.Form.OPTIMIZER)) {
      try (Graph graph = new Graph()) {
        var loss = SmallModel.loss(graph);
        var momentum = FrameworkOptimizer.MOMENTUM.create(graph);
        GradientFilter filter =
            with(Ema.of(0.9, 2), DecoupledWeightDecay.of(0.1), Lookahead.of(3, 0.5));
        GraphDef before;
        if (form == Training.Form.WRAPPED) {
          var train = momentum.minimize(loss);
          before = graph.toGraphDef();
          Grokfast.wrap(graph, train, WrapOptions.of(filter).withoutSaver());
        } else {
          new GrokfastOptimizer(momentum, filter).minimize(loss);
          try (Graph plain = new Graph()) {
            FrameworkOptimizer.MOMENTUM.create(plain).minimize(SmallModel.loss(plain));
            before = plain.toGraphDef();
          }
        }
        assertThat(names(FilterStripper.apply(graph.toGraphDef()))).isEqualTo(names(before));
      }
    }
  }

  private static List<String> names(GraphDef graph) {
    return graph.getNodeList().stream()
        .map(node -> node.getName() + " " + node.getOp() + " " + node.getInputList())
        .filter(line -> !line.startsWith("Init "))
        .toList();
  }
}
