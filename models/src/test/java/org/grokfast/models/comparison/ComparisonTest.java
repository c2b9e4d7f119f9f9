package org.grokfast.models.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.TrainingException;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.SpeedUp;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.files.MetricsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  private static final ArmResult PLAIN =
      Comparisons.result(Comparisons.arm("plain"), 300, 400, 500);
  private static final ArmResult FAST = Comparisons.result(Comparisons.arm("fast"), 100, 200, 250);

  @Test
  void anArmIsComparedWithTheBaselineAndTheBaselineWithNothing() {
    Comparison comparison = Comparisons.of("plain", PLAIN, FAST);
    SpeedUp ratio = comparison.speedUp(FAST, Column.SUSTAINED).orElseThrow();
    assertThat(ratio.ratio()).isEqualTo(Bounds.exactly(2));
    assertThat(comparison.speedUp(PLAIN, Column.SUSTAINED)).isEmpty();
    assertThat(Comparisons.of(null, PLAIN, FAST).speedUp(FAST, Column.FIRST)).isEmpty();
  }

  @Test
  void whereMoreIsBetterTheRatioIsTheOtherWayRound() {
    ArmResult never = Comparisons.result(Comparisons.arm("never"), 0, 0, 0);
    assertThat(PLAIN.over(never, Column.BEST_ACCURACY).orElseThrow().ratio())
        .isEqualTo(Bounds.exactly(0.99).over(Bounds.exactly(0.1)));
  }

  @Test
  void inAGridTheBaselineIsItsVariantInTheSameCell() {
    ArmResult plainLow = Comparisons.result(Comparisons.cell("plain", "1", "0"), 900);
    ArmResult plainHigh = Comparisons.result(Comparisons.cell("plain", "1", "1"), 300);
    ArmResult fastLow = Comparisons.result(Comparisons.cell("fast", "1", "0"), 300);
    ArmResult fastHigh = Comparisons.result(Comparisons.cell("fast", "1", "1"), 600);
    Comparison comparison = Comparisons.of("plain", plainLow, plainHigh, fastLow, fastHigh);
    assertThat(comparison.baselineOf(fastLow)).contains(plainLow);
    assertThat(comparison.speedUp(fastLow, Column.FIRST).orElseThrow().ratio())
        .isEqualTo(Bounds.exactly(3));
    assertThat(comparison.speedUp(fastHigh, Column.FIRST).orElseThrow().ratio())
        .isEqualTo(Bounds.exactly(0.5));
  }

  @Test
  void onlySeedsThatBothHaveAreCompared() {
    ArmResult oneSeed = new ArmResult(Comparisons.arm("fast"), List.of(Comparisons.run(2, 100)));
    SpeedUp ratio =
        Comparisons.of("plain", PLAIN, oneSeed).speedUp(oneSeed, Column.FIRST).orElseThrow();
    assertThat(ratio.ratio()).isEqualTo(Bounds.exactly(5));
    assertThat(ratio.seeds()).isEqualTo(1);
    ArmResult otherSeed = new ArmResult(Comparisons.arm("fast"), List.of(Comparisons.run(7, 100)));
    assertThat(Comparisons.of("plain", PLAIN, otherSeed).speedUp(otherSeed, Column.FIRST))
        .isEmpty();
  }

  @Test
  void aRunIsFinishedOnceItHasHeldOrMadeItsSteps() {
    assertThat(Comparisons.run(0, 300).isFinished()).isTrue();
    assertThat(Comparisons.run(0, 0).isFinished()).isTrue();
    RunTotals tooFew = new RunTotals(500, 50, 0, false);
    assertThat(RunOutcome.of(0, List.of(), tooFew, Comparisons.SETTINGS).isFinished()).isFalse();
  }

  @Test
  void aRunThatWentBeyondItsLimitCountsToTheLimit() {
    RunOutcome whole = Comparisons.run(0, 950);
    RunOutcome cut =
        RunOutcome.of(0, whole.rows(), new RunTotals(1_050, 105, 0, false), Comparisons.SETTINGS);
    assertThat(cut.steps()).isEqualTo(1_000);
    assertThat(cut.seconds()).isEqualTo(100);
    assertThat(cut.crossings().first()).isEqualTo(Bounds.exactly(950));
    assertThat(cut.crossings().sustained()).isEqualTo(Bounds.above(940));
  }

  @Test
  void theTimeToACrossingIsAtTheMeanRate() {
    RunOutcome run = Comparisons.run(0, 300);
    assertThat(run.stepsPerSecond()).isEqualTo(10);
    assertThat(run.secondsTo(run.crossings().first())).isEqualTo(Bounds.exactly(30));
  }

  @Test
  void aFailedRunIsKnownAsFarAsItWent() {
    RunOutcome failed = Comparisons.run(0, 0).withFailure("out of memory");
    assertThat(failed.isFinished()).isFalse();
    assertThat(failed.crossings().first()).isEqualTo(Bounds.above(1_000));
    assertThat(Comparisons.of(null, new ArmResult(PLAIN.arm(), List.of(failed))).hasFailures())
        .isTrue();
  }

  @Test
  void theFolderOfAnArmDependsOnWhatItsRunsDependOnAndNotOnTheirLimits() {
    Arm arm = Comparisons.arm("a");
    TrainingOptions longer = TrainingOptions.builder().steps(9).threads(1).seed(4).build();
    Arm further = new Arm("a", "", arm.options(), longer, Optional.empty());
    assertThat(further.folder()).isEqualTo(arm.folder()).startsWith("a-");
    TrainingOptions other =
        TrainingOptions.builder()
            .adam(AdamOptions.builder().weightDecay(1).build())
            .threads(1)
            .build();
    assertThat(new Arm("a", "", arm.options(), other, Optional.empty()).folder())
        .isNotEqualTo(arm.folder());
    ArmOptions task = arm.options().with("prime", List.of("7"));
    assertThat(new Arm("a", "", task, longer, Optional.empty()).folder())
        .isNotEqualTo(arm.folder());
  }

  @Test
  void aNameThatIsNoFolderIsRefused() {
    assertThatThrownBy(() -> Comparisons.arm("../x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the name of an arm must be 1 to 100 letters");
  }

  @Test
  void theTablesInCsvSayWhatIsKnown() throws IOException {
    Comparison comparison =
        Comparisons.of("plain", PLAIN, Comparisons.result(Comparisons.arm("never"), 0, 0, 0));
    StringBuilder summary = new StringBuilder();
    ComparisonCsv.summary(comparison, summary);
    List<String> lines = summary.toString().lines().toList();
    assertThat(lines.get(0))
        .startsWith("arm,seeds,first_crossing,first_crossing_min,first_crossing_max,")
        .endsWith(
            "sustained_crossing_ratio,sustained_crossing_ratio_low,sustained_crossing_ratio_high,"
                + "sustained_crossing_ratio_p");
    assertThat(lines.get(1)).startsWith("plain,3,400,300,500,400,300,500,").endsWith(",,,,,,,,");
    assertThat(lines.get(2)).startsWith("never,3,> 1000,").endsWith(",< 0.4,,,");
    StringBuilder runs = new StringBuilder();
    ComparisonCsv.runs(comparison, runs);
    assertThat(runs.toString().lines())
        .hasSize(7)
        .contains("plain,1,500,50,400,400,40,40,0.99,0.99,0.01,0.01,10,3,");
  }

  @Test
  void aPageHasWhatProbesMeasuredAsCurvesAndAsTables() {
    ArmResult probed =
        new ArmResult(
            Comparisons.arm("fast"),
            List.of(
                Comparisons.probed(Comparisons.run(0, 100), 1),
                Comparisons.probed(Comparisons.run(1, 200), 2),
                Comparisons.probed(Comparisons.run(2, 250), 4)));
    String page = HtmlReport.of(Comparisons.of("plain", PLAIN, probed));
    assertThat(page)
        .contains("<h2 id=\"h-probes\">Probes</h2>")
        .contains("value=\"probe:weight-norm\">weight-norm</label>")
        .doesNotContain("value=\"probe:weight-norm/a")
        // Runs end 100 steps after the crossing: 200, 2 · 300 and 4 · 350.
        .contains("<td>600.0<span class=\"range\">200.0 .. 1400</span></td><td>-0.5000</td>")
        .contains("<th scope=\"row\">plain</th><td>3</td><td>&ndash;</td><td>&ndash;</td>")
        .contains("<th scope=\"row\">weight-norm/a&lt;b</th><td>&ndash;</td><td>7.000</td>")
        // A logarithmic axis has no place for a cosine below 0.
        .contains("\"label\":\"weight-norm\",\"share\":false,\"logarithmic\":true")
        .contains("\"label\":\"cosine\",\"share\":false,\"logarithmic\":false")
        .contains("\"probe:weight-norm\":[10.0,20.0,");
    assertThat(HtmlReport.of(Comparisons.of("plain", PLAIN, FAST)))
        .doesNotContain("h-probes")
        .doesNotContain("h-analysis");
  }

  @Test
  void aPageHasWhatAnAnalysisFoundInTheRunsThatHaveOne() {
    ArmResult analyzed =
        new ArmResult(
            Comparisons.arm("fast"),
            List.of(
                Comparisons.run(0, 100).withAnalysis(Map.of("hessianMax", 3.0)),
                Comparisons.run(1, 200)));
    assertThat(HtmlReport.of(Comparisons.of("plain", PLAIN, analyzed)))
        .contains("<h2 id=\"h-analysis\">Analysis</h2>")
        .contains(
            "<a href=\"runs/"
                + analyzed.arm().folder()
                + "/seed-0/analysis/analysis.html\">seed 0</a></td><td>3.000</td>");
  }

  private static RunFolder finished(Path folder) throws IOException {
    Files.writeString(folder.resolve("result.json"), "{\"steps\":1000,\"seconds\":9}");
    MetricsFile.write(folder.resolve("metrics.csv"), Comparisons.run(0, 0).rows());
    return new RunFolder(folder);
  }

  /** It would pass for a run that never crossed. */
  @Test
  void damagedMetricsOfAFinishedRunAreAnError(@TempDir Path folder) throws IOException {
    RunFolder run = finished(folder);
    Path metrics = folder.resolve("metrics.csv");
    List<String> lines = Files.readAllLines(metrics);
    assertThat(run.finished(Comparisons.SETTINGS, 0)).isPresent();

    Files.write(metrics, lines.subList(0, 60));
    assertThatThrownBy(() -> run.finished(Comparisons.SETTINGS, 0))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            metrics
                + " of a finished run has 59 of the 100 validations. Delete its folder to run it"
                + " again");
    Files.writeString(metrics, String.join("\n", lines).replace("0.1,", "\0"));
    assertThatThrownBy(() -> run.finished(Comparisons.SETTINGS, 0))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith(metrics + " of a finished run can't be read (")
        .hasMessageEndingWith("). Delete its folder to run it again");
    Files.delete(metrics);
    assertThatThrownBy(() -> run.finished(Comparisons.SETTINGS, 0))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("has 0 of the 100 validations");
  }

  /** Its process may have been killed within a row, and goes on from a checkpoint. */
  @Test
  void damagedMetricsOfARunThatGoesOnAreNone(@TempDir Path folder) throws IOException {
    RunFolder run = finished(folder);
    Files.writeString(folder.resolve("metrics.csv"), "1010,0.", StandardOpenOption.APPEND);
    TrainingOptions further = Comparisons.SETTINGS.toBuilder().steps(2_000).build();
    assertThat(run.finished(further, 0)).isEmpty();
  }

  @Test
  void anAnalysisIsReadFromTheFolderOfItsRun(@TempDir Path folder) throws IOException {
    RunFolder run = finished(folder);
    assertThat(run.finished(Comparisons.SETTINGS, 0).orElseThrow().analysis()).isEmpty();
    Path file = Files.createDirectory(folder.resolve("analysis")).resolve("analysis.json");
    Files.writeString(
        file,
        "{\"checkpoints\":[{\"step\":10,\"entropy\":1},"
            + "{\"step\":20,\"entropy\":2.5,\"saturation\":null,\"layers\":[]}]}");
    assertThat(run.finished(Comparisons.SETTINGS, 0).orElseThrow().analysis())
        .isEqualTo(Map.of("step", 20.0, "entropy", 2.5));
    Files.writeString(file, "{\"checkpoints\":");
    assertThatThrownBy(() -> run.finished(Comparisons.SETTINGS, 0))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            file
                + " can't be read; expected what 'grokfast analyze' writes. Analyze the run again");
  }

  @Test
  void aPageHasNoOpenTextAndAHeatMapSaysWhereAnArmHelps() {
    Comparison comparison =
        Comparisons.of(
            "plain",
            Comparisons.result(Comparisons.cell("plain", "1", "0"), 900, 800, 850),
            Comparisons.result(Comparisons.cell("plain", "1", "1"), 300, 310, 320),
            Comparisons.result(Comparisons.cell("fast", "1", "0"), 300, 200, 250),
            Comparisons.result(Comparisons.cell("fast", "1", "1"), 0, 0, 0));
    String page = HtmlReport.of(comparison);
    assertThat(page)
        .doesNotContain("{{")
        .contains("<h3>fast against plain, sustained crossing</h3>")
        .contains("weight-decay / lr")
        .containsPattern("<td class=\"helps\"[^>]*><b>3.40</b><small>850 / 250; n 3</small>")
        .containsPattern(
            "<td class=\"hurts\"[^>]*><b>&lt; 0.31</b><small>310 / &gt; 1000; n 3</small>")
        .containsPattern("best accuracy</h3>(?s).*<b>0.10</b><small>0.9900 / 0.1000; n 3</small>")
        .contains("The MIT License");
    assertThat(HtmlReport.of(Comparisons.of("plain", PLAIN, FAST)))
        .contains("plain &amp; &lt;more&gt;")
        .doesNotContain("Where it helps")
        .contains("<tr class=\"baseline\">");
  }

  @Test
  void aCellOfTwoSeedsOrWithinTheSpreadIsNotPainted() {
    String page =
        HtmlReport.of(
            Comparisons.of(
                "plain",
                Comparisons.result(Comparisons.cell("plain", "1", "0"), 900, 800),
                Comparisons.result(Comparisons.cell("plain", "1", "1"), 400, 310, 420),
                Comparisons.result(Comparisons.cell("fast", "1", "0"), 300, 200),
                Comparisons.result(Comparisons.cell("fast", "1", "1"), 100, 320, 150)));
    assertThat(page)
        .containsPattern("<td class=\"even\"[^>]*><b>3.40</b><small>850 / 250; n 2</small>")
        .containsPattern("<td class=\"even\"[^>]*><b>2.67</b><small>400 / 150; n 3</small>")
        .contains("It has a colour from 3 seeds on");
  }

  @Test
  void tablesSayHowManyRunsThereAreAndWhatTheyLeaveOpen() {
    String three = HtmlReport.of(Comparisons.of("plain", PLAIN, FAST));
    assertThat(three)
        .contains("<th scope=\"row\">fast</th><td>3</td>")
        .contains("3 seeds: no interval")
        .contains("<span class=\"range\">100, 200, 250</span>")
        .doesNotContain("95 %: ");
    String five =
        HtmlReport.of(
            Comparisons.of(
                "plain",
                Comparisons.result(Comparisons.arm("plain"), 300, 400, 500, 350, 450),
                Comparisons.result(Comparisons.arm("fast"), 100, 200, 250, 150, 220)));
    assertThat(five).contains("95 %: ", ", p 0.063").contains("100 .. 250");
  }

  @Test
  void aPageHasItsFiguresAndTablesToBeSaved() {
    String page = HtmlReport.of(Comparisons.of("plain", PLAIN, FAST));
    assertThat(page)
        .contains("<a download=\"curves.svg\" href=\"data:image/svg+xml;charset=utf-8;base64,")
        .contains("<a download=\"forest.svg\" href=\"data:image/svg+xml;charset=utf-8;base64,")
        .contains("<a download=\"runs.csv\" href=\"data:text/csv;charset=utf-8;base64,")
        .contains("<img class=\"figure\" src=\"data:image/svg+xml");
    assertThat(HtmlReport.of(Comparisons.of(null, PLAIN, FAST)))
        .contains("download=\"curves.csv\"")
        .doesNotContain("forest.svg")
        .doesNotContain("class=\"figure\"");
  }

  @Test
  void aQuestionMarkIsExplainedWhereThereIsOne() {
    ArmResult never = Comparisons.result(Comparisons.arm("never"), 0, 0, 0);
    ArmResult norThis = Comparisons.result(Comparisons.arm("plain"), 0, 0, 0);
    assertThat(Comparisons.of("plain", norThis, never).unknowns())
        .hasValueSatisfying(text -> assertThat(text).startsWith("?: neither the arm nor the base"));
    assertThat(Comparisons.of("plain", PLAIN, never).unknowns()).isEmpty();
  }
}
