package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.NonFinite;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.filter.options.VariableOverride;
import org.grokfast.pass.DecoupledWeightDecay;
import org.grokfast.pass.Lookahead;
import org.grokfast.probe.ProbeSetting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptions are read back as what they describe. */
class FilterDescriptionTest {
  private static final FilterOptions EVERYTHING =
      FilterOptions.builder()
          .startStep(3)
          .stopStep(1_000)
          .rampSteps(7)
          .include("layer[0-9]+", "head")
          .exclude("bias$", "(norm|scale)")
          .overrides(
              new VariableOverride("embed:.*", Map.of("alpha", 0.5, "lamb", 0.0)),
              VariableOverride.lamb("head", 1e-3))
          .statePrecision(Precision.BFLOAT16)
          .nonFinite(NonFinite.SKIP)
          .sparse(SparseGradients.REFUSE)
          .compensateLearningRate(true)
          .tunable(false)
          .build();

  private static final FilterOptions EVERYTHING_OF_MA =
      EVERYTHING.toBuilder()
          .overrides(
              new VariableOverride("embed:.*", Map.of("window", 3, "lamb", 0.0)),
              VariableOverride.lamb("head", 1e-3))
          .build();

  private static final FilterOptions PASSES =
      FilterOptions.builder()
          .include("layer[0-9]+")
          .passes(DecoupledWeightDecay.of(0.01).except("bias$", "[a-c]"), Lookahead.of(5, 0.5))
          .build();

  static Stream<GradientFilter> filters() {
    return Stream.concat(Filters.ALL.stream().map(FilterType::defaults), others());
  }

  private static Stream<GradientFilter> others() {
    return Stream.of(
        Ema.of(1e-7, 1e9).withFirstStep(FirstStep.DEBIAS),
        Ema.of(0, 0).withFirstStep(FirstStep.ZERO).withOptions(EVERYTHING),
        MovingAverage.of(1, 0.1).withAveraging(Averaging.SUM).withWarmup(false),
        MovingAverage.of(12, 3).withOptions(EVERYTHING_OF_MA),
        Unfiltered.with(Lookahead.of(5, 0.5)),
        Ema.defaults().withOptions(PASSES),
        Chain.of(Ema.defaults(), Perpendicular.defaults())
            .withOptions(PASSES.toBuilder().probes(ProbeSetting.parse("cosine:every=3")).build()));
  }

  @ParameterizedTest
  @MethodSource("filters")
  void aDescriptionIsReadBack(GradientFilter filter) {
    assertThat(FilterDescription.parse(filter.describe())).isEqualTo(filter);
  }

  @Test
  void aBriefDescriptionLeavesOutWhatIsAsByDefault() {
    assertThat(FilterDescription.brief(Ema.of(0.9, 2).describe()))
        .isEqualTo("ema(alpha=0.9, lamb=2.0, first-step=gradient)");
    assertThat(
            FilterDescription.brief(
                Ema.of(0.9, 2)
                    .withOptions(FilterOptions.builder().exclude("b$").startStep(10).build())
                    .describe()))
        .isEqualTo("ema(alpha=0.9, lamb=2.0, first-step=gradient, start-step=10, exclude=[b$])");
    assertThat(FilterDescription.brief("sign(" + FilterOptions.DEFAULTS.describe() + ")"))
        .isEqualTo("sign()");
  }

  @Test
  void aPatternWithACommaAndASpaceKeepsItsDescription() {
    GradientFilter filter =
        Ema.defaults().withOptions(FilterOptions.builder().exclude("a, b").build());
    assertThat(FilterDescription.parse(filter.describe()).describe()).isEqualTo(filter.describe());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sgd(lamb=1)", "ema(alpha=0.9)", "ema(lamb=1, alpha=0.9)"})
  void otherTextsAreRefused(String text) {
    assertThatThrownBy(() -> FilterDescription.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no filter's description");
  }

  @Test
  void whatFollowsADescriptionIsRefused() {
    assertThatThrownBy(() -> FilterDescription.parse(Ema.defaults().describe() + ")"))
        .hasMessageContaining("is no filter's description");
  }

  @Test
  void aValueOutOfItsRangeIsRefused() {
    String text = Ema.defaults().describe().replace("alpha=0.98", "alpha=1.5");
    assertThatThrownBy(() -> FilterDescription.parse(text))
        .hasMessageContaining("alpha must be in [0, 1), was 1.5");
  }
}
