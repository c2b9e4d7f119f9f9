package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.NonFinite;
import org.grokfast.filter.Precision;
import org.grokfast.onnx.OnnxPass;
import org.grokfast.onnx.OnnxStrip;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.UpdateSite;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain training steps: what is found, and what the rewritten model computes. */
class PlainStepTest {
  private static final List<String> NOT_FILTERED = List.of("transposed", "update_in_if");

  static Stream<String> filtered() {
    return StepModel.names().stream().filter(name -> !NOT_FILTERED.contains(name));
  }

  @ParameterizedTest
  @MethodSource("filtered")
  void theGradientThatTheOptimizerTakesIsFound(String name) {
    RewritePlan plan = new OnnxPass(Ema.defaults()).plan(StepModel.stored(name).model());
    assertThat(plan.sites())
        .extracting(PlannedSite::site)
        .allSatisfy(site -> assertThat(site.gradient()).isEqualTo(site.variable().name() + ".g"))
        .extracting(site -> site.variable().name())
        .containsExactlyElementsOf(
            switch (name) {
              case "flattened", "shared", "unchanged" -> List.of("w0");
              case "frozen" -> List.of("w0", "b0");
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

  static Stream<GradientFilter> options() {
    FilterOptions.Builder base = FilterOptions.builder();
    return Stream.of(
            base.startStep(5).stopStep(30).rampSteps(10).build(),
            FilterOptions.builder().nonFinite(NonFinite.SKIP).build(),
            FilterOptions.builder().compensateLearningRate(true).tunable(false).build(),
            FilterOptions.builder().statePrecision(Precision.FLOAT64).build(),
            FilterOptions.builder().statePrecision(Precision.BFLOAT16).build(),
            FilterOptions.builder().statePrecision(Precision.FLOAT16).include("w").build(),
            FilterOptions.builder()
                .overrides(
                    org.grokfast.filter.VariableOverride.alpha("w0", 0.5),
                    org.grokfast.filter.VariableOverride.lamb("w1", 0.25))
                .build())
        .flatMap(
            options ->
                Stream.of(
                    Ema.of(0.9, 2).withOptions(options),
                    Ema.of(0.9, 2)
                        .withFirstStep(org.grokfast.filter.FirstStep.DEBIAS)
                        .withOptions(options),
                    MovingAverage.of(7, 3).withWarmup(false).withOptions(options)));
  }

  @ParameterizedTest
  @MethodSource("options")
  void everyOptionMeansTheSameAsOnArrays(GradientFilter filter) {
    compare("momentum_decay", filter);
  }

  @ParameterizedTest
  @MethodSource("filtered")
  void withLambZeroTheWeightsAreThoseOfTheOriginalToTheLastBit(String name) {
    StepModel step = StepModel.stored(name);
    for (GradientFilter filter : List.of(Ema.of(0.9, 0), MovingAverage.of(7, 0))) {
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
    OnnxPass.Result result = step.rewrite(Ema.defaults());
    assertThat(OnnxStrip.apply(result.model())).isEqualTo(step.model());
    assertThat(OnnxStrip.apply(result.model()).toByteArray()).isEqualTo(step.model().toByteArray());
    assertThat(step.rewrite(Ema.defaults()).model().toByteArray())
        .isEqualTo(result.model().toByteArray());
    assertThatThrownBy(() -> new OnnxPass(Ema.defaults()).apply(result.model()))
        .hasMessageContaining("the model already holds ema(alpha=0.98, lamb=2.0");
    assertThat(new OnnxPass(Ema.defaults()).replace(result.model()).model())
        .isEqualTo(result.model());
  }

  @ParameterizedTest
  @ValueSource(strings = {"transposed", "update_in_if"})
  void whatCannotBeFilteredIsNamed(String name) {
    assertThatThrownBy(() -> StepModel.stored(name).rewrite(Ema.defaults()))
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessageContaining(
            name.equals("transposed")
                ? "no tensor of shape [3, 4] alone separates the data from 'w0_new' before the"
                    + " optimizer's arithmetic; name it with --gradient w0=TENSOR"
                : "takes the gradient 'w0.g' of 'w0' inside its body (If), where it can't be"
                    + " replaced");
  }

  private static void compare(String name, GradientFilter filter) {
    StepModel step = StepModel.stored(name);
    OnnxPass.Result result = step.rewrite(filter);
    List<PlannedSite> sites = result.report().plan().sites();
    Map<String, double[]> actual = train(step, result.model());
    Map<String, double[]> expected = step.oracle(sites, StepModel.STEPS);
    for (PlannedSite planned : sites) {
      UpdateSite site = planned.site();
      String variable = site.variable().name();
      assertThat(StepModel.largestDifference(actual.get(variable), expected.get(variable)))
          .as(variable)
          .isLessThan(tolerance(site, filter));
    }
  }

  /**
   * float32: fifty steps of roundings, some of them fused by the runtime. Half formats: the runtime
   * computes them in float32 and rounds between nodes only where it has to, so that a gradient may
   * or may not be rounded before it enters the filter.
   */
  private static double tolerance(UpdateSite site, GradientFilter filter) {
    return switch (site.variable().precision()) {
      case FLOAT64 -> 1e-12;
      case FLOAT32 ->
          filter.options().storage(Precision.FLOAT32) == Precision.BFLOAT16 ? 2e-3 : 1e-5;
      case FLOAT16 -> 1e-2;
      case BFLOAT16 -> 8e-2;
    };
  }

  private static Map<String, double[]> train(
      StepModel step, ai.onnx.proto.OnnxMl.ModelProto model) {
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
