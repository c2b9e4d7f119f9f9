package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Orthogonal;
import org.grokfast.filter.options.NonFinite;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.onnx.graph.StateEntry;
import org.grokfast.onnx.graph.StateList;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.UpdateSite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain training steps: what is found, and what the rewritten model computes. */
@Tag("native")
class PlainStepTest {
  private static final List<String> NOT_FILTERED =
      List.of("transposed", "update_in_if", "update_in_loop");

  static Stream<String> filtered() {
    return StepModel.names().stream().filter(name -> !NOT_FILTERED.contains(name));
  }

  @ParameterizedTest
  @MethodSource("filtered")
  void theGradientThatTheOptimizerTakesIsFound(String name) {
    RewritePlan plan = new OnnxRewriter(Ema.defaults()).plan(StepModel.stored(name).model());
    assertThat(plan.sites())
        .extracting(PlannedSite::site)
        .allSatisfy(
            site ->
                assertThat(site.gradient())
                    .isEqualTo(site.variable().name().replace("u0", "w0") + ".g"))
        .extracting(site -> site.variable().name())
        .containsExactlyElementsOf(
            switch (name) {
              case "flattened", "shared", "unchanged" -> List.of("w0");
              case "frozen" -> List.of("w0", "b0");
              case "twins" -> List.of("w0", "b0", "w1", "u0");
              default -> List.of("w0", "b0", "w1");
            });
  }

  @ParameterizedTest
  @MethodSource("filtered")
  void anEmaComputesWhatTheArraysDo(String name) {
    compare(name, Ema.of(0.9, 2));
  }

  @ParameterizedTest
  @MethodSource("filtered")
  void aMovingAverageComputesWhatTheArraysDo(String name) {
    compare(name, MovingAverage.of(7, 3));
  }

  @ParameterizedTest
  @MethodSource("filtered")
  void anOrthogonalFilterComputesWhatTheArraysDo(String name) {
    compare(name, Orthogonal.of(0.9, 0.1));
  }

  @ParameterizedTest
  @MethodSource("org.grokfast.tests.onnx.FilterVariants#all")
  void everyOptionMeansTheSameAsOnArrays(GradientFilter filter) {
    compare("momentum_decay", filter);
  }

  /** The filter's state is fed with zeros by the comparisons here, as by any plain loop. */
  @ParameterizedTest
  @MethodSource("org.grokfast.tests.onnx.FilterVariants#all")
  void everyStateStartsAtZeroUnlessInputsForParametersWereAskedFor(GradientFilter filter) {
    StepModel step = StepModel.stored("momentum_decay");
    assertThat(StateList.of(step.rewrite(filter).model()))
        .allSatisfy(entry -> assertThat(entry.initial()).as(entry.input()).isZero())
        .hasSameSizeAs(step.rewrite(filter).report().stateVariables());
  }

  @Test
  void parametersAreInputsWhereThatIsAskedFor() {
    Ema filter = Ema.of(0.9, 2).withOptions(FilterOptions.builder().tunable(true).build());
    ModelProto model = StepModel.stored("momentum_decay").rewrite(filter).model();
    assertThat(StateList.of(model))
        .filteredOn(entry -> entry.initial() != 0)
        .extracting(StateEntry::input, StateEntry::initial)
        .containsExactlyInAnyOrder(tuple("grokfast/alpha", 0.9), tuple("grokfast/lamb", 2.0));
    assertThat(OnnxStripper.apply(model)).isEqualTo(StepModel.stored("momentum_decay").model());
    compare("momentum_decay", filter);
  }

  @ParameterizedTest
  @MethodSource("filtered")
  void withLambZeroTheWeightsAreThoseOfTheOriginalToTheLastBit(String name) {
    StepModel step = StepModel.stored(name);
    for (GradientFilter filter :
        List.of(Ema.of(0.9, 0), MovingAverage.of(7, 0), Orthogonal.of(0.9, 0))) {
      Map<String, double[]> expected = train(step, step.model());
      Map<String, double[]> actual = train(step, step.rewrite(filter).model());
      step.pairs(step.model())
          .keySet()
          .forEach(w -> assertThat(actual.get(w)).as(w).isEqualTo(expected.get(w)));
    }
  }

  @ParameterizedTest
  @MethodSource("filtered")
  void stripGivesTheOriginalMessageAndRewritingIsDeterministic(String name) {
    StepModel step = StepModel.stored(name);
    for (GradientFilter filter : List.of(MovingAverage.defaults(), Orthogonal.defaults())) {
      assertThat(OnnxStripper.apply(step.rewrite(filter).model())).isEqualTo(step.model());
    }
    OnnxRewriter.Result result = step.rewrite(Ema.defaults());
    assertThat(OnnxStripper.apply(result.model())).isEqualTo(step.model());
    assertThat(OnnxStripper.apply(result.model()).toByteArray())
        .isEqualTo(step.model().toByteArray());
    assertThat(step.rewrite(Ema.defaults()).model().toByteArray())
        .isEqualTo(result.model().toByteArray());
    assertThatThrownBy(() -> new OnnxRewriter(Ema.defaults()).apply(result.model()))
        .hasMessageContaining("the model already holds ema(alpha=0.98, lamb=2.0");
    assertThat(new OnnxRewriter(Ema.defaults()).replace(result.model()).model())
        .isEqualTo(result.model());
  }

  @ParameterizedTest
  @ValueSource(strings = {"transposed", "update_in_if", "update_in_loop"})
  void whatCannotBeFilteredIsNamed(String name) {
    assertThatThrownBy(() -> StepModel.stored(name).rewrite(Ema.defaults()))
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessageContaining(
            name.equals("transposed")
                ? "has no tensor of shape [3, 4] that alone separates the data from 'w0_new' before the"
                    + " optimizer's arithmetic; name it with --gradient w0=TENSOR"
                : "takes the gradient 'w0.g' of 'w0' inside its body ("
                    + (name.endsWith("loop") ? "Loop" : "If")
                    + "), where it can't be replaced; move the update out of the body");
  }

  @Test
  void oneGradientOfTwoParametersIsFilteredOnceWhereOneNodeTakesItForBoth() {
    StepModel step = StepModel.stored("twins_scaled");
    OnnxRewriter.Result result = step.rewrite(Ema.of(0.9, 2));
    assertThat(result.report().plan().misses())
        .extracting(miss -> miss.reason().toString())
        .containsExactly(
            "the update of 'u0' takes the gradient 'w0.g' through the same node as that of 'w0',"
                + " whose filter acts on both; include, exclude or override them under that name");
    assertThat(result.report().stateVariables()).doesNotContain("grokfast/u0/ema");
    Map<String, double[]> actual = train(step, result.model());
    Map<String, double[]> expected = step.oracle(result.report().plan().sites(), StepModel.STEPS);
    assertThat(StepModel.largestDifference(actual.get("u0"), expected.get("u0"))).isLessThan(1e-5);
    GradientFilter other =
        Ema.of(0.9, 2).withOptions(FilterOptions.builder().include("u0").build());
    assertThatThrownBy(() -> step.rewrite(other))
        .hasMessageContaining("include pattern 'u0' matches none of the trained variables: w0,");
  }

  @Test
  void whatWatchesTheGradientsSeesThemAsTheyAre() {
    StepModel step = StepModel.stored("watched");
    ModelProto rewritten = step.rewrite(Ema.of(0.9, 2)).model();
    try (OnnxSession before = new OnnxSession(step.model());
        OnnxSession after = new OnnxSession(rewritten)) {
      Map<String, double[]> values = StepModel.start(after, rewritten);
      for (int number = 0; number < 3; number++) {
        StepModel.feedData(values, after, number);
        Map<String, double[]> outputs = after.run(values);
        Map<String, double[]> expected = before.run(values);
        for (String watched : List.of("norm", "w0.g", "loss")) {
          assertThat(outputs.get(watched)).as(watched).isEqualTo(expected.get(watched));
        }
        step.pairs(rewritten).forEach((input, output) -> values.put(input, outputs.get(output)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(NonFinite.class)
  void anElementThatIsNotANumberEntersTheStateOnlyWhereToldTo(NonFinite treatment) {
    StepModel step = StepModel.stored("fed_gradients");
    FilterOptions options = FilterOptions.builder().nonFinite(treatment).build();
    ModelProto model = step.rewrite(Ema.of(0.9, 2).withOptions(options)).model();
    try (OnnxSession session = new OnnxSession(model)) {
      Map<String, double[]> values = StepModel.start(session, model);
      for (int number = 0; number < 5; number++) {
        StepModel.feedData(values, session, number);
        if (number == 2) {
          values.get("w0.g")[1] = Double.NaN;
          values.get("w0.g")[2] = Double.NEGATIVE_INFINITY;
        }
        Map<String, double[]> outputs = session.run(values);
        step.pairs(model).forEach((input, output) -> values.put(input, outputs.get(output)));
      }
      double[] state = values.get("grokfast/w0/ema");
      for (int i = 0; i < state.length; i++) {
        boolean finite = Double.isFinite(state[i]);
        assertThat(finite).isEqualTo(treatment == NonFinite.SKIP || i < 1 || i > 2);
      }
    }
  }

  @Test
  void aTensorNamedByHandIsFilteredInPlaceOfTheOneThatWasFound() {
    StepModel step = StepModel.stored("clip_value");
    OnnxRewriter.Result result =
        new OnnxRewriter(Ema.of(0.9, 2))
            .withNames(Map.of("w0", "w0.raw"), Map.of())
            .apply(step.model());
    List<PlannedSite> sites = result.report().plan().sites();
    assertThat(sites)
        .extracting(planned -> planned.site().gradient())
        .containsExactlyInAnyOrder("w0.raw", "b0.g", "w1.g");
    assertThat(sites)
        .extracting(planned -> planned.site().evidence().rule())
        .containsOnlyOnce("by-hand");
    Map<String, double[]> actual = train(step, result.model());
    Map<String, double[]> expected = step.oracle(sites, StepModel.STEPS);
    for (String w : List.of("w0", "b0", "w1")) {
      assertThat(StepModel.largestDifference(actual.get(w), expected.get(w))).isLessThan(1e-5);
    }
  }

  @Test
  void anOutputNamedByHandIsTakenForTheNextValue() {
    // Neither its name nor the flow of data says whose next value the output is.
    StepModel step = StepModel.stored("momentum_decay");
    ModelProto.Builder model = step.model().toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      if (node.getOutput(0).equals("w0_new")) {
        node.setOutput(0, "plus").setName("plus");
      }
    }
    for (String[] names : new String[][] {{"plus", "minus"}, {"minus", "later"}}) {
      graph.addNode(NodeProto.newBuilder().setOpType("Neg").addInput(names[0]).addOutput(names[1]));
    }
    graph.getOutputBuilderList().stream()
        .filter(output -> output.getName().equals("w0_new"))
        .forEach(output -> output.setName("later"));
    RewritePlan plan = new OnnxRewriter(Ema.defaults()).plan(model.build());
    assertThat(plan.sites())
        .extracting(planned -> planned.site().variable().name())
        .containsExactly("b0", "w1");
    assertThat(plan.misses())
        .extracting(miss -> miss.reason().toString())
        .containsExactly(
            "it has the type and shape of 'w0', and is made from it; if it is the next value of"
                + " that, say so with --update w0=later");
    OnnxRewriter.Result named =
        new OnnxRewriter(Ema.defaults())
            .withNames(Map.of(), Map.of("w0", "later"))
            .apply(model.build());
    assertThat(named.report().plan().sites())
        .extracting(planned -> planned.site().gradient())
        .containsExactlyInAnyOrder("w0.g", "b0.g", "w1.g");
    assertThat(OnnxStripper.apply(named.model())).isEqualTo(model.build());
  }

  private static void compare(String name, GradientFilter filter) {
    StepModel step = StepModel.stored(name);
    OnnxRewriter.Result result = step.rewrite(filter);
    List<PlannedSite> sites = result.report().plan().sites();
    Map<String, double[]> actual = train(step, result.model());
    Map<String, double[]> expected = step.oracle(sites, StepModel.STEPS);
    for (PlannedSite planned : sites) {
      UpdateSite site = planned.site();
      String variable = site.variable().name();
      assertThat(StepModel.largestDifference(actual.get(variable), expected.get(variable)))
          .as(variable)
          .isLessThan(FilterVariants.tolerance(site.variable().precision(), filter));
    }
  }

  private static Map<String, double[]> train(StepModel step, ModelProto model) {
    try {
      return step.train(model, StepModel.STEPS);
    } catch (IllegalStateException e) {
      if (step.name().startsWith("opset") && e.getMessage().contains("opset")) {
        abort("this release of ONNX Runtime does not take " + step.name() + ": " + e.getMessage());
      }
      if (step.name().equals("bfloat16") && e.getMessage().contains("NOT_IMPLEMENTED")) {
        abort("this release of ONNX Runtime has no arithmetic in bfloat16: " + e.getMessage());
      }
      throw e;
    }
  }
}
