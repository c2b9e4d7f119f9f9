package org.grokfast.models.comparison;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.grokfast.models.page.Html;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.SpeedUp;
import org.grokfast.models.statistics.Spread;
import org.grokfast.models.task.Metric;

/**
 * Where an arm helps and where it hurts: a table over the two axes of a grid, whose cells hold the
 * ratio of the baseline to the arm in that cell.
 */
final class HeatMap {
  /** With fewer there is no spread to speak of. */
  private static final int LEAST_SEEDS = 3;

  /** A ratio of this or its inverse has the full colour. */
  private static final double FULL = 4;

  private final Comparison comparison;
  private final Column figure;
  private final String arm;

  private HeatMap(Comparison comparison, Column figure, String arm) {
    this.comparison = comparison;
    this.figure = figure;
    this.arm = arm;
  }

  /** The heat maps of all arms of a grid; empty if there is no grid or nothing to compare with. */
  static String section(Comparison comparison) {
    Set<String> arms = new LinkedHashSet<>();
    for (ArmResult result : comparison.results()) {
      result.arm().cell().map(Arm.Cell::arm).ifPresent(arms::add);
    }
    if (comparison.baseline().isEmpty() || arms.size() < 2) {
      return "";
    }
    String baseline = comparison.baseline().get();
    StringBuilder maps = new StringBuilder();
    for (String arm : arms) {
      if (!arm.equals(baseline)) {
        figures(comparison)
            .forEach(column -> maps.append(new HeatMap(comparison, column, arm).table()));
      }
    }
    return Html.element(
        "section",
        "aria-labelledby=\"h-heat\"",
        "<h2 id=\"h-heat\">Where it helps and where it hurts</h2>"
            + Html.element(
                "p",
                "class=\"soft\"",
                "Each cell: the ratio of the medians, above 1 where the arm is better, below it the"
                    + " medians of the baseline and of the arm, and n, the seeds of both. It has a"
                    + " colour from "
                    + LEAST_SEEDS
                    + " seeds on, where every seed of one is better than every seed of the other:"
                    + " the difference exceeds the spread.")
            + maps);
  }

  /** Where neither crosses, the best accuracy still tells them apart. */
  private static List<Column> figures(Comparison comparison) {
    List<Column> figures = new ArrayList<>(comparison.compared());
    if (comparison.metric() == Metric.ACCURACY) {
      figures.add(Column.BEST_ACCURACY);
    }
    return figures;
  }

  private String table() {
    Arm.Cell any = cells().get(0).arm().cell().orElseThrow();
    Set<String> columns = new LinkedHashSet<>();
    Set<String> rows = new LinkedHashSet<>();
    for (ArmResult result : cells()) {
      columns.add(result.arm().cell().orElseThrow().column());
      rows.add(result.arm().cell().orElseThrow().row());
    }
    List<String> head = new ArrayList<>(List.of(Html.text(any.rowKey() + " / " + any.columnKey())));
    columns.forEach(column -> head.add(Html.text(column)));
    List<String> lines = new ArrayList<>();
    for (String row : rows) {
      StringBuilder line = new StringBuilder(Html.element("th", "scope=\"row\"", Html.text(row)));
      for (String column : columns) {
        line.append(at(column, row).map(this::cell).orElse("<td>&ndash;</td>"));
      }
      lines.add(Html.element("tr", "", line.toString()));
    }
    String caption =
        arm + " against " + comparison.baseline().orElseThrow() + ", " + figure.label();
    return Html.element("h3", "", Html.text(caption))
        + Html.table("class=\"heat\"", Html.text(caption), head, lines);
  }

  private List<ArmResult> cells() {
    return comparison.results().stream()
        .filter(result -> result.arm().cell().map(Arm.Cell::arm).equals(Optional.of(arm)))
        .toList();
  }

  private Optional<ArmResult> at(String column, String row) {
    return cells().stream()
        .filter(result -> result.arm().cell().orElseThrow().column().equals(column))
        .filter(result -> result.arm().cell().orElseThrow().row().equals(row))
        .findFirst();
  }

  private String cell(ArmResult result) {
    Optional<SpeedUp> ratio = comparison.speedUp(result, figure);
    if (ratio.isEmpty()) {
      return "<td>&ndash;</td>";
    }
    Bounds bounds = ratio.get().ratio();
    ArmResult baseline = comparison.baselineOf(result).orElseThrow();
    int seeds = ratio.get().seeds();
    String medians = median(baseline) + " / " + median(result) + "; n " + seeds;
    String text =
        Html.element("b", "", Html.text(bounds.text(HeatMap::number)))
            + Html.element("small", "", Html.text(medians));
    boolean told = seeds >= LEAST_SEEDS && isApart(baseline, result);
    return Html.element("td", colour(told ? bounds : Bounds.exactly(1)), text);
  }

  private boolean isApart(ArmResult baseline, ArmResult result) {
    Optional<Spread> theirs = baseline.spread(figure);
    Optional<Spread> ours = result.spread(figure);
    return theirs.isPresent()
        && ours.isPresent()
        && (ours.get().isBelow(theirs.get()) || theirs.get().isBelow(ours.get()));
  }

  private String median(ArmResult result) {
    return result.spread(figure).map(spread -> figure.text(spread.median())).orElse("?");
  }

  /** Colour and strength follow what is certain: no colour where it may be either. */
  private static String colour(Bounds ratio) {
    double certain = ratio.low() >= 1 ? ratio.low() : ratio.high() <= 1 ? ratio.high() : 1;
    double strength = Math.min(1, Math.abs(Math.log(certain)) / Math.log(FULL));
    String side = certain > 1 ? "helps" : certain < 1 ? "hurts" : "even";
    return String.format(
        Locale.ROOT, "class=\"%s\" style=\"--strength:%.0f%%\"", side, 15 + 70 * strength);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
