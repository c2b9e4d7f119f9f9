package org.grokfast.tools.verbs;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.inspect.GraphInspection;
import org.grokfast.tensorflow.inspect.Hazard;
import org.grokfast.tensorflow.inspect.TypeNames;
import org.grokfast.tensorflow.inspect.Variable;
import org.grokfast.tools.console.TextPage;

/** An inspection for people. */
final class InspectText {
  private InspectText() {}

  static void print(
      TextPage page, GraphFile file, GraphInspection inspection, List<String> command) {
    summary(page, file, inspection);
    variables(page, inspection);
    sites(page, inspection);
    misses(page, inspection);
    hazards(page, inspection);
    page.blank();
    if (command.isEmpty()) {
      page.text(
          0,
          "There is nothing to rewrite: no gradient reaches an optimizer here"
              + (inspection.misses().isEmpty() ? "." : " in a way that can be filtered."));
    } else {
      page.heading("Rewrite it with");
      page.command(2, command);
    }
    page.flush();
  }

  private static void summary(TextPage page, GraphFile file, GraphInspection inspection) {
    GraphInspection.Summary summary = inspection.summary();
    page.heading(file.source());
    page.field(2, "form", file.form().label());
    page.field(2, "size", String.format("%,d bytes", summary.bytes()));
    String writer = summary.tensorflow().isEmpty() ? "" : "TensorFlow " + summary.tensorflow();
    page.field(
        2,
        "producer",
        summary.producer()
            + (summary.minConsumer() > 0 ? ", consumers from " + summary.minConsumer() : "")
            + (writer.isEmpty() ? "" : ", " + writer));
    page.field(2, "nodes", String.format("%,d", summary.nodes()));
    page.field(
        2,
        "functions",
        summary.functions() == 0
            ? "none"
            : String.format("%,d with %,d nodes", summary.functions(), summary.functionNodes()));
    List<String> optimizers = inspection.optimizers();
    page.field(2, "optimizer", optimizers.isEmpty() ? "none" : String.join(", ", optimizers));
    if (inspection.inserted().isEmpty()) {
      page.field(2, "filter", "none");
    } else {
      inspection.inserted().filters().forEach(filter -> page.field(2, "filter", filter));
      page.field(
          2,
          "inserted",
          inspection.inserted().count()
              + " nodes by "
              + String.join(", ", inspection.inserted().passes()));
    }
    if (!inspection.inserted().orders().isEmpty()) {
      page.field(2, "ordered", String.join(", ", inspection.inserted().orders()));
    }
  }

  private static void variables(TextPage page, GraphInspection inspection) {
    page.blank();
    page.heading("Variables (" + inspection.variables().size() + ")");
    Set<String> trained =
        inspection.sites().stream()
            .map(site -> site.update().variable().name())
            .collect(Collectors.toSet());
    List<List<String>> rows = new ArrayList<>();
    for (Variable variable : inspection.variables()) {
      String role = trained.contains(variable.name()) ? "trained" : "";
      rows.add(
          List.of(
              variable.name(),
              TypeNames.of(variable.dtype()),
              shape(variable),
              variable.inserted() ? "filter" : role));
    }
    page.table(2, rows);
  }

  /** {@code [2, ?]}, or {@code unknown}. */
  static String shape(Variable variable) {
    return variable
        .shape()
        .map(dims -> dims.stream().map(d -> d < 0 ? "?" : d.toString()).toList().toString())
        .orElse("unknown");
  }

  private static void sites(TextPage page, GraphInspection inspection) {
    page.blank();
    page.heading("Update sites (" + inspection.sites().size() + ")");
    for (GraphInspection.Site site : inspection.sites()) {
      UpdateSite update = site.update();
      page.text(2, update.variable().name());
      page.field(4, "gradient", update.gradient());
      update.place().ifPresent(place -> page.field(4, "place", place.toString()));
      page.field(4, "evidence", update.evidence().rule() + ": " + update.evidence().text());
      page.field(4, "placement", site.device().isEmpty() ? "left to TensorFlow" : site.device());
    }
  }

  private static void misses(TextPage page, GraphInspection inspection) {
    if (inspection.misses().isEmpty()) {
      return;
    }
    page.blank();
    page.heading("Near-misses (" + inspection.misses().size() + ")");
    for (NearMiss miss : inspection.misses()) {
      page.text(2, miss.node());
      page.field(4, miss.rule(), miss.reason());
    }
  }

  private static void hazards(TextPage page, GraphInspection inspection) {
    page.blank();
    page.heading("Hazards (" + inspection.hazards().size() + ")");
    for (Hazard hazard : inspection.hazards()) {
      page.text(2, hazard.kind().label() + ": " + hazard.node());
      page.text(4, hazard.text());
    }
  }
}
