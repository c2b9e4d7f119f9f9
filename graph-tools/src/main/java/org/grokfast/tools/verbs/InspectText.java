package org.grokfast.tools.verbs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.grokfast.io.ModelFile;
import org.grokfast.rewrite.CoverageText;
import org.grokfast.rewrite.Inspection;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.tools.console.TextPage;

/** An inspection for people. */
final class InspectText {
  private InspectText() {}

  static void print(TextPage page, ModelFile file, Inspection inspection, List<String> command) {
    page.heading(file.source());
    inspection.summary().facts().forEach(fact -> page.field(2, fact.label(), fact.text()));
    tensors(page, inspection);
    sites(page, inspection);
    open(page, inspection.coverage(), Fate.UNFILTERED);
    open(page, inspection.coverage(), Fate.FILTERED_IN_PART);
    open(page, inspection.coverage(), Fate.UNDECIDED);
    misses(page, inspection);
    inspection.hazards().ifPresent(hazards -> hazards(page, hazards));
    page.blank();
    if (command.isEmpty()) {
      page.text(0, inspection.words().nothing());
    } else {
      page.heading("Rewrite it with");
      page.command(2, command);
    }
    page.flush();
  }

  private static void tensors(TextPage page, Inspection inspection) {
    page.blank();
    page.heading(inspection.words().tensors() + " (" + inspection.tensors().size() + ")");
    List<List<String>> rows = new ArrayList<>();
    for (Inspection.TensorEntry tensor : inspection.tensors()) {
      rows.add(List.of(tensor.name(), tensor.dtype(), shape(tensor), tensor.role()));
    }
    page.table(2, rows);
  }

  /** {@code [2, ?]}, or {@code unknown}. */
  private static String shape(Inspection.TensorEntry tensor) {
    return tensor
        .shape()
        .map(dims -> dims.stream().map(d -> d < 0 ? "?" : d.toString()).toList().toString())
        .orElse("unknown");
  }

  private static void sites(TextPage page, Inspection inspection) {
    page.blank();
    long sites = inspection.sites().size();
    long variables =
        inspection.sites().stream().map(site -> site.update().variable().name()).distinct().count();
    page.heading(
        "Update sites ("
            + sites
            + (sites == variables
                ? ""
                : " of " + variables + (variables == 1 ? " variable" : " variables"))
            + ")");
    for (Inspection.Site site : inspection.sites()) {
      UpdateSite update = site.update();
      page.text(2, update.variable().name());
      page.field(4, "gradient", update.gradient());
      update.place().ifPresent(place -> page.field(4, "place", place.toString()));
      page.field(4, "evidence", update.evidence().rule() + ": " + update.evidence().text());
      site.placement().ifPresent(placement -> page.field(4, "placement", placement.text()));
    }
  }

  /** Variables that a rewrite leaves alone although they are trained, or may be. */
  private static void open(TextPage page, Coverage coverage, Fate fate) {
    if (coverage.count(fate) > 0) {
      page.blank();
      CoverageText.print(page, coverage, fate);
    }
  }

  private static void misses(TextPage page, Inspection inspection) {
    if (inspection.misses().isEmpty()) {
      return;
    }
    page.blank();
    page.heading("Near-misses (" + inspection.misses().size() + ")");
    for (NearMiss miss : inspection.misses()) {
      page.text(2, miss.node());
      page.field(4, miss.rule(), miss.reason().toString());
    }
  }

  private static void hazards(TextPage page, List<Inspection.HazardEntry> hazards) {
    page.blank();
    page.heading("Hazards (" + hazards.size() + ")");
    for (Inspection.HazardEntry hazard : hazards) {
      page.text(2, hazard.kind() + ": " + nodes(hazard));
      page.text(4, hazard.text());
    }
  }

  private static String nodes(Inspection.HazardEntry hazard) {
    List<String> nodes = hazard.nodes();
    return nodes.size() == 1
        ? nodes.get(0)
        : nodes.get(0) + String.format(Locale.ROOT, " and %,d more", nodes.size() - 1);
  }
}
