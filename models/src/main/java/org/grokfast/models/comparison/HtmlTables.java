package org.grokfast.models.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.grokfast.models.page.Html;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.SpeedUp;
import org.grokfast.models.statistics.Spread;
import org.grokfast.text.ShellWord;

/** The tables of a report. */
final class HtmlTables {
  private static final String NONE = "&ndash;";

  private final Comparison comparison;

  HtmlTables(Comparison comparison) {
    this.comparison = comparison;
  }

  /**
   * All figures: medians, and below them the least and the most. Two tables, so that each is seen
   * whole on a screen: how soon, and how well at which cost.
   */
  String figures() {
    List<Column> columns = Column.of(comparison.metric());
    List<Column> crossings = columns.stream().filter(Column::isOfCrossing).toList();
    List<Column> others = columns.stream().filter(column -> !column.isOfCrossing()).toList();
    List<Column> ratios = comparison.baseline().isPresent() ? comparison.compared() : List.of();
    return ratios.isEmpty() && crossings.isEmpty()
        ? figures("Median, and least .. most, over the seeds", List.of(), others)
        : figures("How soon: median, and least .. most, over the seeds", ratios, crossings)
            + figures("How well, and at which cost", List.of(), others);
  }

  private String figures(String caption, List<Column> ratios, List<Column> columns) {
    Optional<String> baseline = comparison.baseline();
    List<String> head = new ArrayList<>(List.of("arm", "n"));
    ratios.forEach(
        column -> head.add(column.label() + ", ratio to " + Html.text(baseline.orElseThrow())));
    columns.forEach(column -> head.add(column.label()));
    List<String> rows = new ArrayList<>();
    for (ArmResult result : comparison.results()) {
      List<String> cells = new ArrayList<>(List.of(Integer.toString(result.runs().size())));
      for (Column column : ratios) {
        cells.add(comparison.speedUp(result, column).map(HtmlTables::ratio).orElse(NONE));
      }
      for (Column column : columns) {
        cells.add(result.spread(column).map(spread -> spread(column, spread)).orElse(NONE));
      }
      boolean isBaseline = baseline.equals(Optional.of(result.arm().name()));
      rows.add(
          Html.row(isBaseline ? "class=\"baseline\"" : "", Html.text(result.arm().name()), cells));
    }
    return Html.table("", caption, head, rows);
  }

  private static String spread(Column column, Spread spread) {
    return Html.text(column.text(spread))
        + spread.rangeText(column::text).map(HtmlTables::range).orElse("");
  }

  private static String ratio(SpeedUp ratio) {
    String text = Html.text(ratio.ratio().text(HtmlTables::number));
    return ratio.ratio().equals(Bounds.UNKNOWN)
        ? text
        : text + range(ratio.certainty(HtmlTables::number));
  }

  static String range(String text) {
    return Html.element("span", "class=\"range\"", Html.text(text));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** What failed, in front of everything that leans on it. */
  String failures() {
    List<String> items = new ArrayList<>();
    for (ArmResult result : comparison.results()) {
      for (RunOutcome run : result.runs()) {
        run.failure()
            .ifPresent(
                text ->
                    items.add(
                        Html.text(result.arm().name() + ", seed " + run.seed() + ": " + text)));
      }
    }
    return items.isEmpty()
        ? ""
        : Html.element(
            "div",
            "class=\"failed\" role=\"note\"",
            Html.element("p", "", "Runs that failed; their crossings count as not known:")
                + Html.element(
                    "ul",
                    "",
                    items.stream()
                        .map(item -> Html.element("li", "", item))
                        .collect(Collectors.joining())));
  }

  /** What every arm is: a line, the command of a run, and all settings. */
  String settings() {
    List<String> parts = new ArrayList<>();
    for (ArmResult result : comparison.results()) {
      Arm arm = result.arm();
      String command =
          "grokfast train "
              + comparison.task()
              + " "
              + ShellWord.join(arm.options().words())
              + " --seed=N";
      String settings =
          arm.settings().trajectory().entrySet().stream()
              .filter(entry -> !entry.getKey().equals("seed"))
              .map(HtmlTables::setting)
              .collect(Collectors.joining("\n"));
      String about = arm.about().isEmpty() ? "" : ": " + arm.about();
      parts.add(
          Html.element(
              "details",
              "",
              Html.element("summary", "", Html.text(arm.name() + about))
                  + Html.code(command)
                  + Html.code(
                      settings
                          + "\nsteps: at most "
                          + arm.settings().steps()
                          + (arm.settings().stopEarly() ? ", fewer once held" : ""))));
    }
    return String.join("\n", parts);
  }

  private static String setting(Map.Entry<String, String> entry) {
    return entry.getKey() + ": " + entry.getValue();
  }

  /** Definitions, command, versions and machine. */
  String origin() {
    Arm first = comparison.results().get(0).arm();
    Comparison.Origin origin = comparison.origin();
    String definitions =
        comparison.compared().contains(Column.SUSTAINED)
            ? "The first crossing is the first validation at or above "
                + first.settings().until()
                + "; the sustained crossing the first from which on none is below it for "
                + first.settings().sustain()
                + " steps. A crossing that a run did not reach enters with what is known of it:"
                + " that it comes after the last validation below. Times to a crossing are at the"
                + " run's mean rate. "
            : "";
    return Html.element(
            "p",
            "",
            Html.text(
                definitions
                    + "A ratio is the baseline's median over the arm's, over the seeds that both"
                    + " have: above 1 the arm needs less. From "
                    + Spread.ENOUGH
                    + " seeds on it has an interval, a percentile bootstrap of "
                    + SpeedUp.DRAWS
                    + " draws of seeds, the same for both, and a p, a permutation test of the same"
                    + " pairs; with so few seeds both are rough. n is the number of runs. "
                    + comparison.unknowns().map(text -> text + ".").orElse("")))
        + Html.code(String.join(" ", origin.command()))
        + Html.element(
            "p", "", Html.text(String.join("; ", origin.versions()) + "; " + origin.machine()));
  }
}
