package org.grokfast.rewrite;

import java.util.List;
import java.util.Locale;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.VariableFate;

/** What becomes of variables, for people. */
public final class CoverageText {
  private CoverageText() {}

  /**
   * Under headings of their own, the variables that are trained and unfiltered and those of which
   * something could not be decided; nothing where there are none.
   */
  public static void open(ReportPage page, Coverage coverage) {
    print(page, coverage, Fate.UNFILTERED);
    print(page, coverage, Fate.FILTERED_IN_PART);
    print(page, coverage, Fate.UNDECIDED);
  }

  /** A heading with all variables of one fate; nothing where there are none. */
  public static void print(ReportPage page, Coverage coverage, Fate fate) {
    List<VariableFate> fates = coverage.of(fate);
    if (fates.isEmpty()) {
      return;
    }
    String label = fate.label();
    page.heading(
        label.substring(0, 1).toUpperCase(Locale.ROOT)
            + label.substring(1)
            + " ("
            + fates.size()
            + ")");
    for (VariableFate each : fates) {
      page.text(2, each.variable());
      page.field(4, "written by", each.writer());
      each.place().ifPresent(place -> page.field(4, "place", place));
      page.field(4, "reason", each.reason().toString());
    }
  }

  /** In a line for each reason, what no gradient trains; and how much is the optimizer's. */
  static void others(ReportPage page, Coverage coverage) {
    coverage
        .byReason(Fate.NOT_BY_GRADIENT)
        .forEach(
            (reason, names) ->
                page.field(
                    2, Fate.NOT_BY_GRADIENT.label(), RewritePlan.names(names) + ": " + reason));
    int state = coverage.count(Fate.OPTIMIZER_STATE);
    if (state > 0) {
      page.field(2, Fate.OPTIMIZER_STATE.label(), state == 1 ? "1 variable" : state + " variables");
    }
  }
}
