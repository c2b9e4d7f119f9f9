package org.grokfast.tools.analyze;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.grokfast.models.analysis.AnalysisReport;
import org.grokfast.models.analysis.Figures;
import org.grokfast.models.analysis.Quantity;
import org.grokfast.tools.console.TextPage;
import picocli.CommandLine.Help.Ansi.Style;

/** An analysis for a terminal: a table of some quantities and what to know of them. */
final class AnalysisText {

  /** The columns, with heads that fit. */
  private static final Map<String, Quantity> COLUMNS = columns();

  private AnalysisText() {}

  private static Map<String, Quantity> columns() {
    Map<String, Quantity> columns = new LinkedHashMap<>();
    columns.put("train", Quantity.TRAIN_ACCURACY);
    columns.put("valid", Quantity.VALIDATION_ACCURACY);
    columns.put("norm", Quantity.WEIGHT_NORM);
    columns.put("MID", Quantity.MUTUAL_INFORMATION_DIFFERENCE);
    columns.put("defect", Quantity.COMMUTATOR_DEFECT);
    columns.put("lambda", Quantity.HESSIAN_MAX);
    columns.put("alpha", Quantity.HEAVY_TAIL_ALPHA);
    return columns;
  }

  static void print(AnalysisReport report, TextPage page) {
    int checkpoints = report.checkpoints().size();
    page.heading(
        report.title() + ", " + checkpoints + (checkpoints == 1 ? " checkpoint" : " checkpoints"));
    StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "%7s", "step"));
    COLUMNS.keySet().forEach(name -> head.append(String.format(Locale.ROOT, " %8s", name)));
    page.line(2, head.toString(), Style.faint);
    for (Figures at : report.checkpoints()) {
      StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "%7d", at.step()));
      COLUMNS.values().forEach(q -> row.append(cell(at.get(q))));
      page.line(2, row.toString(), Style.reset);
    }
    report
        .run()
        .plane()
        .ifPresent(
            plane ->
                page.field(
                    2,
                    "trajectory",
                    String.format(
                        Locale.ROOT,
                        "two components hold %.1f %% of the variance",
                        100 * plane.explainedVariance())));
    report.run().slingshots().forEach(event -> page.field(2, "slingshot", event.describe()));
    List<String> alarms = new ArrayList<>();
    report.run().alarms().forEach((layer, step) -> alarms.add(layer + " from step " + step));
    alarms.forEach(alarm -> page.field(2, "collapse", alarm + ": its tail exponent is below 2"));
    report.run().notes().forEach(note -> page.field(2, "note", note));
  }

  private static String cell(OptionalDouble value) {
    return value.isPresent()
        ? String.format(Locale.ROOT, " %8.3g", value.getAsDouble())
        : String.format(Locale.ROOT, " %8s", "-");
  }
}
