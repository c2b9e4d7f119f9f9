package org.grokfast.tools.verbs;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.grokfast.onnx.inspect.OnnxInspection;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.options.OnnxInput;

/** An inspection of ONNX for people. */
final class OnnxInspectText {
  private OnnxInspectText() {}

  static void print(
      TextPage page, OnnxInput input, OnnxInspection inspection, List<String> command) {
    summary(page, input, inspection);
    page.blank();
    page.heading("Inputs (" + inspection.inputs().size() + ")");
    List<List<String>> rows = new ArrayList<>();
    for (OnnxInspection.Input each : inspection.inputs()) {
      String shape =
          each.shape()
              .map(dims -> dims.stream().map(d -> d < 0 ? "?" : d.toString()).toList().toString())
              .orElse("unknown");
      rows.add(List.of(each.name(), each.dtype(), shape, each.role()));
    }
    page.table(2, rows);
    page.blank();
    page.heading("Update sites (" + inspection.sites().size() + ")");
    for (UpdateSite site : inspection.sites()) {
      page.text(2, site.variable().name());
      page.field(4, "gradient", site.gradient());
      page.field(4, "evidence", site.evidence().rule() + ": " + site.evidence().text());
    }
    if (!inspection.misses().isEmpty()) {
      page.blank();
      page.heading("Near-misses (" + inspection.misses().size() + ")");
      for (NearMiss miss : inspection.misses()) {
        page.text(2, miss.node());
        page.field(4, miss.rule(), miss.reason());
      }
    }
    page.blank();
    if (command.isEmpty()) {
      page.text(0, "There is nothing to rewrite: no gradient was found that can be filtered.");
    } else {
      page.heading("Rewrite it with");
      page.command(2, command);
    }
    page.flush();
  }

  private static void summary(TextPage page, OnnxInput input, OnnxInspection inspection) {
    OnnxInspection.Summary summary = inspection.summary();
    page.heading(input.source());
    page.field(2, "form", input.isFolder() ? "ONNX Runtime training artifacts" : "ONNX model");
    page.field(2, "size", String.format("%,d bytes", summary.bytes()));
    page.field(2, "producer", summary.producer().isEmpty() ? "unknown" : summary.producer());
    page.field(2, "IR version", Long.toString(summary.irVersion()));
    page.field(
        2,
        "opsets",
        new TreeMap<>(summary.opsets())
            .entrySet().stream()
                .map(e -> (e.getKey().isEmpty() ? "ai.onnx" : e.getKey()) + " " + e.getValue())
                .collect(Collectors.joining(", ")));
    page.field(2, "nodes", String.format("%,d", summary.nodes()));
    page.field(2, "functions", Integer.toString(summary.functions()));
    if (inspection.filters().isEmpty()) {
      page.field(2, "filter", "none");
    } else {
      inspection.filters().forEach(filter -> page.field(2, "filter", filter));
      page.field(2, "inserted", summary.inserted() + " nodes");
    }
  }
}
