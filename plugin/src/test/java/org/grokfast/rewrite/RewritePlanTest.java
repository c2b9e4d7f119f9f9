package org.grokfast.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.VariableOverride;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.rewrite.coverage.UnfilteredVariables;
import org.grokfast.rewrite.coverage.VariableFate;
import org.junit.jupiter.api.Test;

/** Which variables a plan selects, and what it refuses. */
class RewritePlanTest {
  private static final List<Finding> FOUND =
      List.of(site("dense/w"), site("dense/b"), site("embedding"));

  private static Finding site(String variable) {
    return new UpdateSite(
        new TrainedVariable(variable, Precision.FLOAT32, List.of(2L)),
        "g",
        List.of(new GradientEdge("apply_" + variable, 2)),
        new UpdateSite.Evidence("apply-op", "", "train"));
  }

  private static RewritePlan plan(FilterOptions.Builder options) {
    return RewritePlan.of(FOUND, Ema.defaults().withOptions(options.build()));
  }

  @Test
  void includeAndExcludeSearchTheNameAndExcludeWins() {
    RewritePlan plan = plan(FilterOptions.builder().include("dense", "bed").exclude("/b$"));
    assertThat(plan.sites())
        .extracting(planned -> planned.site().variable().name())
        .containsExactly("dense/w", "embedding");
    assertThat(plan.excluded()).containsExactly("dense/b");
  }

  @Test
  void aPatternThatMatchesNothingIsRefusedWithTheNamesThereAre() {
    String names = "' matches none of the trained variables: dense/w, dense/b, embedding";
    assertThatThrownBy(() -> plan(FilterOptions.builder().include("dense", "conv")))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage("include pattern 'conv" + names);
    assertThatThrownBy(() -> plan(FilterOptions.builder().exclude("bias")))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage("exclude pattern 'bias" + names);
    assertThatThrownBy(
            () -> plan(FilterOptions.builder().overrides(VariableOverride.lamb("conv", 1))))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage("override pattern 'conv" + names);
  }

  @Test
  void aLongListOfNamesIsCut() {
    List<Finding> many = new ArrayList<>();
    IntStream.range(0, 20).forEach(i -> many.add(site("v" + i)));
    Ema filter = Ema.defaults().withOptions(FilterOptions.builder().include("x").build());
    assertThatThrownBy(() -> RewritePlan.of(many, filter))
        .hasMessageEndingWith("v0, v1, v2, v3, v4, v5, v6, v7 and 12 more");
  }

  @Test
  void patternsThatLeaveNothingAreRefused() {
    assertThatExceptionOfType(NothingToRewriteException.class)
        .isThrownBy(() -> plan(FilterOptions.builder().exclude(".")))
        .withMessage(
            "include and exclude leave no variable to filter; the graph trains dense/w, dense/b,"
                + " embedding");
  }

  @Test
  void anOverrideOutOfRangeNamesTheVariable() {
    assertThatThrownBy(
            () -> plan(FilterOptions.builder().overrides(VariableOverride.alpha("/b", 1))))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage("override for variable 'dense/b': alpha must be in [0, 1), was 1.0");
    FilterOptions window =
        FilterOptions.builder().overrides(VariableOverride.window("/w", 0)).build();
    assertThatThrownBy(() -> RewritePlan.of(FOUND, MovingAverage.defaults().withOptions(window)))
        .hasMessage("override for variable 'dense/w': window must be >= 1, was 0");
  }

  @Test
  void nothingFoundSaysWhatKindOfGraphToGive() {
    assertThatExceptionOfType(NothingToRewriteException.class)
        .isThrownBy(() -> RewritePlan.of(List.of(), Ema.defaults()))
        .withMessage(
            "no gradient reaches an optimizer in this graph: no update op was found; give the"
                + " graph that trains if this one is for inference, or name a gradient with"
                + " --gradient VARIABLE=TENSOR if it trains in a way that no rule knows");
    assertThatExceptionOfType(NothingToRewriteException.class)
        .isThrownBy(
            () ->
                RewritePlan.of(List.of(new NearMiss("e", "apply-op", "is sparse")), Ema.defaults()))
        .withMessageEndingWith("nearest: e (apply-op): is sparse");
  }

  private static final Coverage OPEN =
      new Coverage(
          List.of(
              new VariableFate("dense/w", Fate.FILTERED, "apply_dense/w", ""),
              new VariableFate("codes", Fate.UNFILTERED, "codes/scatter", "no rule knows it"),
              new VariableFate("scale+", Fate.UNFILTERED, "scale/assign", "no rule knows it"),
              new VariableFate("odd", Fate.UNDECIDED, "custom", "the op is unknown"),
              new VariableFate("mean", Fate.NOT_BY_GRADIENT, "move", "is a batch statistic")));

  private static RewritePlan plan(FilterOptions.Builder options, UnfilteredVariables unfiltered) {
    return RewritePlan.of(FOUND, OPEN, Ema.defaults().withOptions(options.build()), unfiltered);
  }

  @Test
  void whatIsTrainedAndUnfilteredIsRefusedWithItsWriterAndWhatWouldHelp() {
    assertThatExceptionOfType(GraphRewriteException.class)
        .isThrownBy(() -> plan(FilterOptions.builder(), UnfilteredVariables.REFUSE))
        .withMessage(
            "variable 'codes' is trained, but what 'codes/scatter' writes to it can't be filtered:"
                + " no rule knows it; name its gradient with --gradient codes=TENSOR; it is the"
                + " first of 2 trained variables that can't be filtered ('grokfast inspect' names"
                + " them all); leave it out with --exclude '^codes$', or filter the others alone"
                + " with --allow-unfiltered");
  }

  @Test
  void aRefusalNamesTheRemedyOfItsReasonAndQuotesForAShell() {
    Coverage found =
        new Coverage(
            List.of(
                new VariableFate("a b", Fate.UNFILTERED, "add", "no rule knows it; nor does any")));
    assertThatExceptionOfType(GraphRewriteException.class)
        .isThrownBy(() -> refusal(found))
        .withMessageContaining(
            "no rule knows it; nor does any; name its gradient with --gradient 'a b=TENSOR'; leave"
                + " it out with --exclude '^a b$', or");
    Coverage helped =
        new Coverage(
            List.of(
                new VariableFate(
                    "w", Fate.UNFILTERED, "add", Reason.of("it is compiled", "don't compile it"))));
    assertThatExceptionOfType(GraphRewriteException.class)
        .isThrownBy(() -> refusal(helped))
        .withMessageContaining("it is compiled; don't compile it; leave it out with");
  }

  private static RewritePlan refusal(Coverage found) {
    return RewritePlan.of(FOUND, found, Ema.defaults(), UnfilteredVariables.REFUSE);
  }

  @Test
  void aPatternInARefusalMatchesTheVariableAlone() {
    assertThatExceptionOfType(GraphRewriteException.class)
        .isThrownBy(
            () -> plan(FilterOptions.builder().exclude("codes"), UnfilteredVariables.REFUSE))
        .withMessageContaining("--exclude '^scale\\+$'");
  }

  @Test
  void excludingWhatNoRuleKnowsLetsTheOthersBeFiltered() {
    RewritePlan plan =
        plan(FilterOptions.builder().exclude("codes", "^scale\\+$"), UnfilteredVariables.REFUSE);

    assertThat(plan.excluded()).containsExactly("codes", "scale+");
    assertThat(plan.sites()).hasSize(3);
    assertThat(plan.coverage().trained()).isEqualTo(5);
    assertThat(plan.coverage().count(Fate.FILTERED)).isEqualTo(3);
  }

  @Test
  void whatIsAllowedStaysNamedAsUnfiltered() {
    RewritePlan plan = plan(FilterOptions.builder(), UnfilteredVariables.ALLOW);

    assertThat(plan.coverage().of(Fate.UNFILTERED))
        .extracting(VariableFate::variable)
        .containsExactly("codes", "scale+");
    assertThat(plan.excluded()).isEmpty();
  }

  @Test
  void everyVariableHasOneFateEvenWithSeveralSites() {
    List<Finding> twice = List.of(site("w"), site("w"), site("b"));
    RewritePlan plan = RewritePlan.of(twice, Ema.defaults());

    assertThat(plan.sites()).hasSize(3);
    assertThat(plan.coverage().fates())
        .extracting(VariableFate::variable)
        .containsExactly("w", "b");
  }

  @Test
  void aPatternForWhatNoGradientTrainsMatchesNothing() {
    assertThatExceptionOfType(NothingToRewriteException.class)
        .isThrownBy(() -> plan(FilterOptions.builder().exclude("mean"), UnfilteredVariables.ALLOW))
        .withMessageContaining(
            "matches none of the trained variables: dense/w, dense/b, embedding");
  }

  @Test
  void aGraphWhoseOnlyTrainedVariableIsUnfilteredNamesIt() {
    assertThatExceptionOfType(NothingToRewriteException.class)
        .isThrownBy(
            () -> RewritePlan.of(List.of(), OPEN, Ema.defaults(), UnfilteredVariables.ALLOW))
        .withMessageContaining("variable 'codes' is trained, but what 'codes/scatter' writes");
  }
}
