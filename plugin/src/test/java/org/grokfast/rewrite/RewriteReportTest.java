package org.grokfast.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.Unfiltered;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.VariableOverride;
import org.grokfast.pass.Lookahead;
import org.grokfast.pass.StepPass;
import org.grokfast.probe.ProbeSetting;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.rewrite.coverage.UnfilteredVariables;
import org.grokfast.rewrite.coverage.VariableFate;
import org.junit.jupiter.api.Test;

/** What a report tells a person and a program. */
class RewriteReportTest {
  private static final Ema FILTER =
      Ema.of(0.9, 1.5)
          .withOptions(
              FilterOptions.builder()
                  .exclude("b$")
                  .overrides(VariableOverride.lamb("w", 3))
                  .build());

  private static UpdateSite site(String variable) {
    return new UpdateSite(
        new TrainedVariable(variable, Precision.FLOAT32, List.of(2L, 3L)),
        "grad_" + variable,
        List.of(new GradientEdge("apply_" + variable, 9)),
        new UpdateSite.Evidence("apply-op", "ApplyAdam 'apply_" + variable + "'", "train"));
  }

  private static RewriteReport report() {
    RewritePlan plan =
        RewritePlan.of(
            List.of(site("w"), site("b"), new NearMiss("e", "apply-op", "takes a sparse gradient")),
            FILTER);
    return new RewriteReport(
        plan, List.of("grokfast/step", "grokfast/w/ema"), 1_000_032, List.of("a note"));
  }

  @Test
  void theTextNamesEverythingThatWasFoundOrLeftAlone() {
    assertThat(report().toText().lines())
        .containsExactly(
            "1 of 2 trained variables filtered, 1,000,032 bytes of state",
            "  filter: " + FILTER.describe(),
            "  w  float32 [2, 3]",
            "    gradient: grad_w",
            "    evidence: apply-op: ApplyAdam 'apply_w'",
            "    filter: " + report().plan().sites().get(0).filter().describe(),
            "  excluded: b",
            "  not filtered: e (apply-op): takes a sparse gradient",
            "  note: a note");
  }

  @Test
  void whatIsTrainedAndUnfilteredComesFirstAndTheHeadlineCountsIt() {
    assertThat(withOthers().toText().lines())
        .startsWith(
            "Trained and unfiltered (1)",
            "  u",
            "    written by: step/scatter",
            "    place: in function step, called by train",
            "    reason: no rule knows it",
            "Undecided (1)",
            "  q",
            "    written by: custom",
            "    reason: the op 'Custom' is not TensorFlow's",
            "1 of 3 trained variables filtered, 1 undecided, 8 bytes of state")
        .contains(
            "  excluded: b",
            "  not trained by a gradient: m, v: is a moving average",
            "  optimizer state: 1 variable");
  }

  private static RewriteReport withOthers() {
    Coverage found =
        new Coverage(
            List.of(
                new VariableFate("w", Fate.FILTERED, "apply_w", ""),
                new VariableFate(
                    "u",
                    Fate.UNFILTERED,
                    "step/scatter",
                    Reason.of("no rule knows it"),
                    Optional.of("in function step, called by train")),
                new VariableFate("b", Fate.FILTERED, "apply_b", ""),
                new VariableFate("m", Fate.NOT_BY_GRADIENT, "move_m", "is a moving average"),
                new VariableFate("v", Fate.NOT_BY_GRADIENT, "move_v", "is a moving average"),
                new VariableFate("w/Adam", Fate.OPTIMIZER_STATE, "apply_w", "of w"),
                new VariableFate(
                    "q", Fate.UNDECIDED, "custom", "the op 'Custom' is not TensorFlow's")));
    RewritePlan plan =
        RewritePlan.of(List.of(site("w"), site("b")), found, FILTER, UnfilteredVariables.ALLOW);
    return new RewriteReport(plan, List.of(), 8, List.of());
  }

  @Test
  void aFilteredVariableWithAnUndecidedWriteIsCountedAndNamed() throws IOException {
    Coverage found =
        new Coverage(
            List.of(
                new VariableFate("w", Fate.FILTERED_IN_PART, "more", "it depends on data"),
                new VariableFate("b", Fate.FILTERED, "apply_b", "")));
    RewriteReport report = report(found, site("w"), site("w"), site("b"));

    assertThat(report.toText().lines())
        .startsWith(
            "Filtered in part (1)",
            "  w",
            "    written by: more",
            "    reason: it depends on data",
            "2 of 2 trained variables filtered, 1 of them in part, 8 bytes of state");
    JsonNode coverage = new ObjectMapper().readTree(report.toJson()).get("coverage");
    assertThat(coverage.get("filtered").asInt()).isEqualTo(2);
    assertThat(coverage.get("undecided").get(0).get("variable").asText()).isEqualTo("w");
  }

  @Test
  void aVariableThatTwoBranchesUpdateIsOneInTheHeadline() {
    assertThat(report(Coverage.NONE, site("w"), site("w")).toText())
        .startsWith("1 of 1 trained variables filtered, 8 bytes of state");
  }

  @Test
  void withoutAFilterTheHeadlineSaysWhatWasDoneInstead() {
    ProbeSetting probe = ProbeSetting.parse("weight-norm");
    StepPass pass = new Lookahead(5, 0.5, List.of("b$"));
    FilterOptions.Builder options = FilterOptions.builder();
    assertThat(headline(options.probes(probe).build()))
        .isEqualTo("2 of 2 trained variables probed, 8 bytes of state");
    assertThat(headline(options.passes(pass).build()))
        .isEqualTo("2 of 2 trained variables probed, 1 given a pass, 8 bytes of state");
    assertThat(headline(options.probes().build()))
        .isEqualTo("1 of 2 trained variables given a pass, 8 bytes of state");
  }

  private static String headline(FilterOptions options) {
    RewritePlan plan = RewritePlan.of(List.of(site("w"), site("b")), new Unfiltered(options));
    return new RewriteReport(plan, List.of(), 8, List.of()).toText().lines().findFirst().get();
  }

  private static RewriteReport report(Coverage found, Finding... findings) {
    RewritePlan plan =
        RewritePlan.of(List.of(findings), found, Ema.defaults(), UnfilteredVariables.REFUSE);
    return new RewriteReport(plan, List.of(), 8, List.of());
  }

  @Test
  void theJsonCountsFatesAndNamesWhatIsOpen() throws IOException {
    JsonNode coverage = new ObjectMapper().readTree(withOthers().toJson()).get("coverage");

    assertThat(coverage.get("trained").asInt()).isEqualTo(3);
    assertThat(coverage.get("filtered").asInt()).isEqualTo(1);
    assertThat(coverage.get("excluded").asInt()).isEqualTo(1);
    assertThat(coverage.get("optimizerState").asInt()).isEqualTo(1);
    assertThat(coverage.get("unfiltered"))
        .hasToString(
            "[{\"variable\":\"u\",\"writer\":\"step/scatter\",\"place\":\"in function step, called"
                + " by train\",\"reason\":\"no rule knows it\"}]");
    assertThat(coverage.get("undecided").get(0).get("variable").asText()).isEqualTo("q");
    assertThat(coverage.get("notByGradient").size()).isEqualTo(2);
  }

  @Test
  void theJsonBeginsWithItsVersionAndHoldsTheSame() throws IOException {
    String json = report().toJson();
    JsonNode root = new ObjectMapper().readTree(json);

    assertThat(root.fieldNames().next()).isEqualTo("version");
    assertThat(root.get("version").asInt()).isEqualTo(RewriteReport.JSON_VERSION);
    assertThat(root.get("filter").asText()).isEqualTo(FILTER.describe());
    JsonNode site = root.get("sites").get(0);
    assertThat(site.get("variable").asText()).isEqualTo("w");
    assertThat(site.get("dtype").asText()).isEqualTo("float32");
    assertThat(site.get("shape")).hasToString("[2,3]");
    assertThat(site.get("gradient").asText()).isEqualTo("grad_w");
    assertThat(site.get("edges").get(0)).hasToString("{\"node\":\"apply_w\",\"input\":9}");
    assertThat(site.get("rule").asText()).isEqualTo("apply-op");
    assertThat(site.get("trigger").asText()).isEqualTo("train");
    assertThat(site.get("filter").asText()).startsWith("ema(alpha=0.9, lamb=3.0, ");
    assertThat(root.get("excluded")).hasToString("[\"b\"]");
    assertThat(root.get("misses").get(0).get("node").asText()).isEqualTo("e");
    assertThat(root.get("stateVariables").size()).isEqualTo(2);
    assertThat(root.get("stateBytes").asLong()).isEqualTo(1_000_032);
    assertThat(root.get("notes").get(0).asText()).isEqualTo("a note");
  }

  @Test
  void aDescriptionNamesEveryParameterAndOption() {
    assertThat(FILTER.describe())
        .isEqualTo(
            "ema(alpha=0.9, lamb=1.5, first-step=gradient, start-step=0, stop-step=none,"
                + " ramp-steps=0, include=[], exclude=[b$], overrides=[w:lamb=3.0],"
                + " state-dtype=auto, non-finite=propagate, sparse=densify, compensate-lr=false,"
                + " tunable=true)");
  }
}
