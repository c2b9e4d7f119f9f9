package org.grokfast.tools.verbs;

import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.options.WriteArguments;

/** A rewrite's report for people. */
final class RewriteText {
  private RewriteText() {}

  static void print(TextPage page, WriteArguments output, RewriteReport report) {
    RewritePlan plan = report.plan();
    int filtered = plan.sites().size();
    page.heading(
        String.format(
            "%d of %d variables %s, %,d bytes of state",
            filtered,
            filtered + plan.excluded().size(),
            output.dryRun() ? "would be filtered" : "filtered",
            report.stateBytes()));
    page.field(2, "filter", plan.filter().describe());
    for (RewritePlan.PlannedSite planned : plan.sites()) {
      UpdateSite site = planned.site();
      page.text(
          2,
          site.variable().name()
              + "  "
              + site.variable().precision().label()
              + " "
              + site.variable().shape());
      page.field(4, "gradient", site.gradient());
      site.place().ifPresent(place -> page.field(4, "place", place.toString()));
      page.field(4, "evidence", site.evidence().rule() + ": " + site.evidence().text());
      if (!planned.filter().equals(plan.filter())) {
        page.field(4, "filter", planned.filter().describe());
      }
    }
    plan.excluded().forEach(name -> page.field(2, "excluded", name));
    for (NearMiss miss : plan.misses()) {
      page.field(2, "not filtered", miss.toString());
    }
    report.notes().forEach(note -> page.field(2, "note", note));
    if (!output.dryRun() && !output.toStandardOutput()) {
      page.field(2, "written", output.output());
    }
    page.flush();
  }
}
