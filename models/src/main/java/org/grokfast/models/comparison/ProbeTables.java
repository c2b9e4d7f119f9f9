package org.grokfast.models.comparison;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.grokfast.models.page.Html;
import org.grokfast.models.training.files.MetricsRow;

/**
 * What probes measured in the runs: columns of their metrics behind the others, {@code NAME} in
 * total and {@code NAME/VARIABLE} of each variable.
 */
final class ProbeTables {
  private ProbeTables() {}

  /** The names of what was measured in total in any run, in the order of the columns. */
  static Set<String> totals(Comparison comparison) {
    return names(comparison).stream()
        .filter(name -> name.indexOf('/') < 0)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Set<String> names(Comparison comparison) {
    Set<String> names = new LinkedHashSet<>();
    for (ArmResult result : comparison.results()) {
      result
          .runs()
          .forEach(run -> run.last().ifPresent(row -> names.addAll(row.probes().keySet())));
    }
    return names;
  }

  /** The section of a page; nothing if no run had probes. */
  static String section(Comparison comparison) {
    Set<String> totals = totals(comparison);
    if (totals.isEmpty()) {
      return "";
    }
    List<String> head = new ArrayList<>(List.of("arm", "n"));
    totals.forEach(name -> head.add(Html.text(name)));
    List<String> rows = new ArrayList<>();
    for (ArmResult result : comparison.results()) {
      List<String> cells = new ArrayList<>(List.of(Integer.toString(result.runs().size())));
      totals.forEach(name -> cells.add(cell(result, name)));
      rows.add(Html.row("", Html.text(result.arm().name()), cells));
    }
    return Html.element(
        "section",
        "aria-labelledby=\"h-probes\"",
        "<h2 id=\"h-probes\">Probes</h2>"
            + Html.element(
                "p",
                "",
                "What was measured inside the graphs. Their curves are above, under <b>Show</b>;"
                    + " each run's <code>metrics.csv</code> has all values.")
            + Html.table(
                "", "At the last validation: median, and least .. most, over the seeds", head, rows)
            + variables(comparison));
  }

  private static String variables(Comparison comparison) {
    List<String> names =
        names(comparison).stream().filter(name -> name.indexOf('/') >= 0).sorted().toList();
    if (names.isEmpty()) {
      return "";
    }
    List<String> head = new ArrayList<>(List.of("variable"));
    comparison.results().forEach(result -> head.add(Html.text(result.arm().name())));
    List<String> rows = new ArrayList<>();
    for (String name : names) {
      List<String> cells = comparison.results().stream().map(result -> cell(result, name)).toList();
      rows.add(Html.row("", Html.text(name), cells));
    }
    return Html.element(
        "details",
        "",
        Html.element("summary", "", "By variable")
            + Html.table("", "The same of each variable", head, rows));
  }

  private static String cell(ArmResult result, String name) {
    return spread(
        result.runs().stream()
            .map(RunOutcome::last)
            .flatMap(Optional::stream)
            .map(MetricsRow::probes)
            .map(probes -> probes.getOrDefault(name, Double.NaN))
            .toList());
  }

  /** The median of numbers, and their range if they differ; a dash if none is finite. */
  static String spread(Collection<Double> values) {
    double[] sorted =
        values.stream()
            .mapToDouble(Double::doubleValue)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    if (sorted.length == 0) {
      return "&ndash;";
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    String text = number(median);
    return sorted[0] == sorted[sorted.length - 1]
        ? text
        : text + HtmlTables.range(number(sorted[0]) + " .. " + number(sorted[sorted.length - 1]));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
