package org.grokfast.models.comparison;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.grokfast.models.page.Html;

/** What {@code grokfast analyze} found in those runs that it was applied to. */
final class AnalysisTable {
  private AnalysisTable() {}

  /** The section of a page; nothing if no run was analyzed. */
  static String section(Comparison comparison) {
    Set<String> names = new LinkedHashSet<>();
    for (ArmResult result : comparison.results()) {
      result.runs().forEach(run -> names.addAll(run.analysis().keySet()));
    }
    if (names.isEmpty()) {
      return "";
    }
    List<String> head = new ArrayList<>(List.of("arm", "n", "analyses"));
    names.forEach(name -> head.add(Html.text(name)));
    List<String> rows = new ArrayList<>();
    for (ArmResult result : comparison.results()) {
      List<String> cells = new ArrayList<>(List.of(analyzed(result), links(result)));
      for (String name : names) {
        cells.add(
            ProbeTables.spread(
                result.runs().stream()
                    .map(run -> run.analysis().get(name))
                    .filter(Objects::nonNull)
                    .toList()));
      }
      rows.add(Html.row("", Html.text(result.arm().name()), cells));
    }
    return Html.element(
        "section",
        "aria-labelledby=\"h-analysis\"",
        "<h2 id=\"h-analysis\">Analysis</h2>"
            + Html.element(
                "p",
                "",
                "What <code>grokfast analyze</code> found at the last checkpoint of the runs that it"
                    + " was applied to.")
            + Html.table("", "Median, and least .. most, over those seeds", head, rows));
  }

  private static String analyzed(ArmResult result) {
    return Long.toString(result.runs().stream().filter(run -> !run.analysis().isEmpty()).count());
  }

  private static String links(ArmResult result) {
    List<String> links = new ArrayList<>();
    for (RunOutcome run : result.runs()) {
      if (!run.analysis().isEmpty()) {
        links.add(
            "<a href=\"runs/"
                + Html.text(result.arm().folder())
                + "/seed-"
                + run.seed()
                + "/analysis/analysis.html\">seed "
                + run.seed()
                + "</a>");
      }
    }
    return links.isEmpty() ? "&ndash;" : String.join(", ", links);
  }
}
