package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Perpendicular;
import org.grokfast.filter.Unfiltered;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.onnx.CarriedValue;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.onnx.graph.StateEntry;
import org.grokfast.onnx.graph.StateList;
import org.grokfast.onnx.inspect.OnnxDiff;
import org.grokfast.onnx.inspect.OnnxInspection;
import org.grokfast.pass.Lookahead;
import org.grokfast.pass.StepPass;
import org.grokfast.probe.ProbeSetting;
import org.grokfast.probe.Probes;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lookahead in plain training steps of ONNX, next to a plain loop that does the same. */
@Tag("native")
class PassesInModelTest {
  /** Three blends of every third step, and one step more. */
  private static final int STEPS = 10;

  static GradientFilter with(GradientFilter filter, StepPass... passes) {
    return filter.withOptions(filter.options().toBuilder().passes(passes).build());
  }

  /** Filters that passes go with. */
  static List<GradientFilter> filters() {
    return List.of(
        new Unfiltered(FilterOptions.DEFAULTS),
        Ema.of(0.9, 2),
        MovingAverage.of(3, 5),
        Perpendicular.defaults());
  }

  /** All models in which every trained parameter has an update of its own. */
  static Stream<String> models() {
    return PlainStepTest.filtered().filter(name -> !name.equals("twins_scaled"));
  }

  private static ModelProto rewritten(StepModel step, GradientFilter filter) {
    boolean nothing = filter.kind().equals(Unfiltered.KIND) && filter.options().passes().isEmpty();
    return nothing ? step.model() : step.rewrite(filter).model();
  }

  private static Precision precision(StepModel step) {
    return step.rewrite(Ema.defaults())
        .report()
        .plan()
        .sites()
        .get(0)
        .site()
        .variable()
        .precision();
  }

  @ParameterizedTest
  @MethodSource("models")
  void lookaheadIsThatOfAPlainLoopBitForBit(String name) {
    StepModel step = StepModel.stored(name);
    Precision precision = precision(step);
    // Half formats are not rounded between nodes: the runtime computes them in float32.
    boolean exact = precision == Precision.FLOAT32 || precision == Precision.FLOAT64;
    for (GradientFilter filter : filters()) {
      ModelProto plain = rewritten(step, filter);
      for (int every : List.of(1, 3)) {
        OnnxRewriter.Result result = step.rewrite(with(filter, Lookahead.of(every, 0.4)));
        List<PlannedSite> sites = result.report().plan().sites();
        List<Map<String, double[]>> expected = loop(step, plain, sites, every, 0.4);
        List<Map<String, double[]>> actual = loop(step, result.model(), List.of(), 1, 1);
        List<Map<String, double[]>> without = loop(step, plain, List.of(), 1, 1);
        for (PlannedSite planned : sites) {
          String w = planned.site().variable().name();
          for (int i = 0; i < STEPS; i++) {
            if (exact) {
              assertThat(actual.get(i).get(w)).as(w).isEqualTo(expected.get(i).get(w));
            } else {
              assertThat(StepModel.largestDifference(actual.get(i).get(w), expected.get(i).get(w)))
                  .as(w)
                  .isLessThan(FilterVariants.tolerance(precision, filter));
            }
          }
          assertThat(actual.get(STEPS - 1).get(w))
              .as("Lookahead changes " + w)
              .isNotEqualTo(without.get(STEPS - 1).get(w));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void withARateOfOneNoBitChanges(String name) {
    StepModel step = StepModel.stored(name);
    for (GradientFilter filter : filters()) {
      List<Map<String, double[]>> expected = loop(step, rewritten(step, filter), List.of(), 1, 1);
      for (int every : List.of(1, 3)) {
        ModelProto model = rewritten(step, with(filter, Lookahead.of(every, 1)));
        List<Map<String, double[]>> actual = loop(step, model, List.of(), 1, 1);
        for (String carried : step.pairs(step.model()).keySet()) {
          for (int i = 0; i < STEPS; i++) {
            assertThat(actual.get(i).get(carried))
                .as(carried)
                .isEqualTo(expected.get(i).get(carried));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void stripGivesTheOriginalMessageAndRewritingIsDeterministic(String name) {
    StepModel step = StepModel.stored(name);
    for (GradientFilter filter : filters()) {
      GradientFilter passes = with(filter, Lookahead.of(3, 0.4));
      ModelProto model = step.rewrite(passes).model();
      assertThat(OnnxStripper.apply(model)).isEqualTo(step.model());
      assertThat(OnnxStripper.apply(model).toByteArray()).isEqualTo(step.model().toByteArray());
      assertThat(step.rewrite(passes).model().toByteArray()).isEqualTo(model.toByteArray());
      assertThat(new OnnxRewriter(passes).replace(model).model()).isEqualTo(model);
      assertThat(new OnnxRewriter(Ema.defaults()).replace(model).model())
          .isEqualTo(step.rewrite(Ema.defaults()).model());
      assertThat(OnnxInspection.of(model).sites())
          .isEqualTo(OnnxInspection.of(step.model()).sites());
      assertThat(OnnxDiff.between(step.model(), model).isEmpty()).isFalse();
      assertThat(outputs(model)).startsWith(outputs(step.model()).toArray(String[]::new));
    }
  }

  private static List<String> outputs(ModelProto model) {
    return model.getGraph().getOutputList().stream().map(ValueInfoProto::getName).toList();
  }

  @Test
  void slowWeightsAreAStateLikeTheFiltersAndStartAtZero() {
    StepModel step = StepModel.stored("adamw");
    ModelProto model = step.rewrite(Unfiltered.with(Lookahead.of(3, 0.4).except("b"))).model();
    assertThat(StateList.of(model))
        .contains(
            new StateEntry(
                "grokfast/w0/lookahead/slow",
                "grokfast/w0/lookahead/slow_new",
                "float32",
                List.of(3L, 4L),
                0))
        .extracting(StateEntry::input)
        .containsExactlyInAnyOrder(
            "grokfast/w0/lookahead/slow",
            "grokfast/w0/lookahead/step",
            "grokfast/w1/lookahead/slow",
            "grokfast/w1/lookahead/step");
    assertThat(CarriedValue.of(model))
        .filteredOn(value -> !value.isFilterState())
        .containsExactlyInAnyOrderElementsOf(CarriedValue.of(step.model()));
  }

  /** What runs the step feeds what it likes before the first. */
  @Test
  void slowWeightsBeginAsTheWeightsWhateverIsFedForThem() {
    StepModel step = StepModel.stored("momentum_decay");
    ModelProto model = step.rewrite(Unfiltered.with(Lookahead.of(3, 0.4))).model();
    List<Map<String, double[]>> expected = loop(step, model, List.of(), 1, 1);
    try (OnnxSession session = new OnnxSession(model)) {
      Map<String, double[]> values = StepModel.start(session, model);
      values.keySet().stream()
          .filter(input -> input.endsWith("/slow"))
          .forEach(input -> java.util.Arrays.fill(values.get(input), Double.NaN));
      for (int number = 0; number < STEPS; number++) {
        StepModel.feedData(values, session, number + 1);
        Map<String, double[]> outputs = session.run(values);
        step.pairs(model).forEach((input, output) -> values.put(input, outputs.get(output)));
        assertThat(values.get("w0")).isEqualTo(expected.get(number).get("w0"));
      }
    }
  }

  @Test
  void probesAndLookaheadGoTogether() {
    StepModel step = StepModel.stored("adamw");
    GradientFilter lookahead = with(Ema.of(0.9, 2), Lookahead.of(3, 0.4));
    ProbeSetting[] probes =
        Probes.ALL.stream().map(probe -> new ProbeSetting(probe, 2)).toArray(ProbeSetting[]::new);
    GradientFilter both =
        lookahead.withOptions(lookahead.options().toBuilder().probes(probes).build());
    ModelProto model = step.rewrite(both).model();
    assertThat(OnnxStripper.apply(model)).isEqualTo(step.model());
    List<Map<String, double[]>> expected =
        loop(step, step.rewrite(lookahead).model(), List.of(), 1, 1);
    List<Map<String, double[]>> actual = loop(step, model, List.of(), 1, 1);
    for (String w : List.of("w0", "b0", "w1")) {
      assertThat(actual.get(STEPS - 1).get(w)).isEqualTo(expected.get(STEPS - 1).get(w));
    }
  }

  private static NodeProto node(String op, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setName("n_" + output)
        .setOpType(op)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static ModelProto more(StepModel step, ValueInfoProto info, NodeProto... nodes) {
    ModelProto.Builder model = step.model().toBuilder();
    for (NodeProto node : nodes) {
      model.getGraphBuilder().addNode(node);
    }
    model.getGraphBuilder().addOutput(info);
    return model.build();
  }

  private static ValueInfoProto like(StepModel step, String input, String name) {
    return step.model().getGraph().getInputList().stream()
        .filter(info -> info.getName().equals(input))
        .findFirst()
        .orElseThrow()
        .toBuilder()
        .setName(name)
        .build();
  }

  @Test
  void whatWatchesTheNextWeightsSeesWhatTheUpdateMadeAndIsNamed() {
    StepModel step = StepModel.stored("momentum_decay");
    ModelProto watched = more(step, like(step, "w0", "size"), node("Abs", "size", "w0_new"));
    OnnxRewriter.Result result =
        new OnnxRewriter(Unfiltered.with(Lookahead.of(1, 0.5))).apply(watched);
    assertThat(result.report().notes())
        .contains(
            "lookahead: 'n_size' takes next values as the update makes them, before the pass");
    assertThat(OnnxStripper.apply(result.model())).isEqualTo(watched);
    try (OnnxSession before = new OnnxSession(watched);
        OnnxSession after = new OnnxSession(result.model())) {
      Map<String, double[]> values = StepModel.start(after, result.model());
      StepModel.feedData(values, after, 0);
      Map<String, double[]> outputs = after.run(values);
      assertThat(outputs.get("size")).isEqualTo(before.run(values).get("size"));
      assertThat(outputs.get("w0_new")).isNotEqualTo(before.run(values).get("w0_new"));
    }
  }

  /** The step with a copy of w0 that the forward pass takes. */
  private static ModelProto.Builder copied(StepModel step, NodeProto... making) {
    ModelProto.Builder copied = more(step, like(step, "w0", "k0_new"), making).toBuilder();
    copied.getGraphBuilder().addInput(like(step, "w0", "k0"));
    int taken = 0;
    for (NodeProto.Builder node : copied.getGraphBuilder().getNodeBuilderList()) {
      if (node.getOpType().equals("MatMul") && node.getInput(1).equals("w0")) {
        node.setInput(1, "k0");
        taken++;
      }
    }
    assertThat(taken).isPositive();
    return copied;
  }

  /** As with a copy in half precision, where the weights themselves are the optimizer's alone. */
  @Test
  void weightsThatAreACopyOfOthersAreRefused() {
    StepModel step = StepModel.stored("momentum_decay");
    GradientFilter lookahead = Unfiltered.with(Lookahead.of(3, 0.5));
    assertThatThrownBy(
            () ->
                new OnnxRewriter(lookahead)
                    .apply(copied(step, node("Identity", "k0_new", "w0_new")).build()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "variable 'k0': lookahead is not possible at 'n_t26', as its next value is that of"
                + " 'w0' too, which the pass would not change; leave the variable out with"
                + " --lookahead-exclude");
    ModelProto scaled =
        copied(step, node("Add", "k0.twice", "w0_new", "w0_new"), node("Neg", "k0_new", "k0.twice"))
            .build();
    assertThatThrownBy(() -> new OnnxRewriter(lookahead).apply(scaled))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "variable 'k0': lookahead is not possible at 'n_t26', as its next value 'k0_new' is made"
                + " from other weights than itself; leave the variable out with"
                + " --lookahead-exclude");
  }

  /** Momentum that is kept as what the weights have moved by. */
  @Test
  void optimizerStateThatIsMadeOfTheNextWeightsIsRefused() {
    StepModel step = StepModel.stored("momentum_decay");
    ModelProto.Builder model = step.model().toBuilder().clearGraph();
    model.setGraph(step.model().getGraph().toBuilder().clearNode());
    step.model().getGraph().getNodeList().stream()
        .filter(node -> !node.getOutput(0).equals("w0.v_new"))
        .forEach(model.getGraphBuilder()::addNode);
    model.getGraphBuilder().addNode(node("Sub", "w0.v_new", "w0", "w0_new"));
    GradientFilter lookahead = Unfiltered.with(Lookahead.of(3, 0.5));
    assertThatThrownBy(() -> new OnnxRewriter(lookahead).apply(model.build()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageStartingWith("variable 'w0': lookahead is not possible at '")
        .hasMessageEndingWith(
            "', as 'n_w0.v_new' takes its next value in the same step, and the next value of 'w0'"
                + " comes of that; leave the variable out with --lookahead-exclude");
  }

  /** A model is rewritten anew in the midst of training; what it kept before goes on. */
  @Test
  void slowWeightsThatAreNewerThanTheFilterBeginAsTheWeightsOfThatMoment() {
    StepModel step = StepModel.stored("momentum_decay");
    GradientFilter filter =
        Ema.of(0.9, 2).withOptions(FilterOptions.builder().rampSteps(20).build());
    ModelProto before = step.rewrite(filter).model();
    assertThat(StateList.of(before)).extracting(StateEntry::input).contains("grokfast/step");
    ModelProto after = step.rewrite(with(filter, Lookahead.of(3, 0.5))).model();
    try (OnnxSession plain = new OnnxSession(before);
        OnnxSession session = new OnnxSession(after)) {
      Map<String, double[]> values = StepModel.start(session, after);
      Map<String, double[]> expected = StepModel.start(plain, before);
      for (int number = 0; number < 4; number++) {
        next(step, before, plain, expected, number);
      }
      double[] slow = expected.get("w0").clone();
      values.putAll(expected);
      for (int number = 4; number < 7; number++) {
        next(step, before, plain, expected, number);
        next(step, after, session, values, number);
      }
      assertThat(values.get("w0")).isEqualTo(blended(slow, expected.get("w0"), 0.5, false));
    }
  }

  private static void next(
      StepModel step,
      ModelProto model,
      OnnxSession session,
      Map<String, double[]> values,
      int number) {
    StepModel.feedData(values, session, number);
    Map<String, double[]> outputs = session.run(values);
    step.pairs(model).forEach((input, output) -> values.put(input, outputs.get(output)));
  }

  @Test
  void aParameterWithoutAnUpdateOfItsOwnIsRefusedAndCanBeLeftOut() {
    StepModel step = StepModel.stored("twins_scaled");
    assertThatThrownBy(() -> step.rewrite(Unfiltered.with(Lookahead.of(3, 0.4))))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "variable 'u0': lookahead is not possible at 'n_u0_new', as it takes the filtered"
                + " gradient of 'w0'; leave the variable out with --lookahead-exclude");
    ModelProto model = step.rewrite(Unfiltered.with(Lookahead.of(3, 0.4).except("^u0$"))).model();
    assertThat(OnnxStripper.apply(model)).isEqualTo(step.model());
  }

  /** The parameters after each step, with Lookahead of some of them by this loop. */
  private static List<Map<String, double[]>> loop(
      StepModel step, ModelProto model, List<PlannedSite> sites, int every, double rate) {
    List<Map<String, double[]>> all = new ArrayList<>();
    try (OnnxSession session = session(step, model)) {
      Map<String, double[]> values = StepModel.start(session, model);
      Map<String, double[]> slow = new LinkedHashMap<>();
      for (PlannedSite planned : sites) {
        String w = planned.site().variable().name();
        slow.put(w, values.get(w).clone());
      }
      for (int number = 1; number <= STEPS; number++) {
        StepModel.feedData(values, session, number);
        Map<String, double[]> outputs = session.run(values);
        step.pairs(model).forEach((input, output) -> values.put(input, outputs.get(output)));
        if (number % every == 0) {
          for (PlannedSite planned : sites) {
            String w = planned.site().variable().name();
            double[] blended =
                blended(
                    slow.get(w),
                    values.get(w),
                    rate,
                    planned.site().variable().precision() == Precision.FLOAT64);
            slow.put(w, blended);
            values.put(w, blended.clone());
          }
        }
        all.add(new LinkedHashMap<>(values));
      }
    }
    return all;
  }

  private static OnnxSession session(StepModel step, ModelProto model) {
    try {
      return new OnnxSession(model);
    } catch (IllegalStateException e) {
      if (e.getMessage().contains("opset") || e.getMessage().contains("NOT_IMPLEMENTED")) {
        abort("this release of ONNX Runtime does not take " + step.name() + ": " + e.getMessage());
      }
      throw e;
    }
  }

  /** A blend as plain arithmetic in the weights' own format. */
  static double[] blended(double[] slow, double[] fast, double rate, boolean wide) {
    double[] next = new double[slow.length];
    for (int i = 0; i < next.length; i++) {
      if (wide) {
        double part = (fast[i] - slow[i]) * rate;
        next[i] = slow[i] + part;
      } else {
        float difference = (float) fast[i] - (float) slow[i];
        float part = difference * (float) rate;
        next[i] = (float) slow[i] + part;
      }
    }
    return next;
  }
}
