package org.grokfast.rewrite;

import java.util.List;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.VariableFate;

/** What becomes of variables, for people. */
public final class CoverageText {
  /** How many names a line shows. */
  private static final int SHOWN = 8;

  private CoverageText() {}

  /**
   * Under headings of their own, the variables that are trained and unfiltered and those that could
   * not be decided; nothing where there are none.
   */
  public static void open(ReportPage page, Coverage coverage) {
    print(page, coverage, Fate.UNFILTERED, "Trained and unfiltered");
    print(page, coverage, Fate.UNDECIDED, "Undecided");
  }

  /** A heading with all variables of one fate; nothing where there are none. */
  public static void print(ReportPage page, Coverage coverage, Fate fate, String heading) {
    List<VariableFate> fates = coverage.of(fate);
    if (fates.isEmpty()) {
      return;
    }
    page.heading(heading + " (" + fates.size() + ")");
    for (VariableFate each : fates) {
      page.text(2, each.variable());
      page.field(4, "written by", each.writer());
      each.place().ifPresent(place -> page.field(4, "place", place));
      page.field(4, "reason", each.reason());
    }
  }

  /** In a line for each reason, what no gradient trains; and how much is the optimizer's. */
  static void others(ReportPage page, Coverage coverage) {
    coverage
        .byReason(Fate.NOT_BY_GRADIENT)
        .forEach(
            (reason, names) -> page.field(2, Fate.NOT_BY_GRADIENT.label(), text(names, reason)));
    int state = coverage.count(Fate.OPTIMIZER_STATE);
    if (state > 0) {
      page.field(2, Fate.OPTIMIZER_STATE.label(), state == 1 ? "1 variable" : state + " variables");
    }
  }

  private static String text(List<String> names, String reason) {
    String text = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
    return text
        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "")
        + ": "
        + reason;
  }
}
