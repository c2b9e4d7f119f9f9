package org.grokfast.models.analysis.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.grokfast.models.analysis.AnalysisReport;
import org.grokfast.models.analysis.Quantity;
import org.grokfast.models.page.Download;
import org.grokfast.models.page.Html;
import org.grokfast.models.training.files.ChartSheet;

/** An analysis as one page that needs nothing else. */
final class AnalysisPage {
  private static final List<Quantity> COLUMNS =
      List.of(
          Quantity.TRAIN_ACCURACY,
          Quantity.VALIDATION_ACCURACY,
          Quantity.NOISY_ACCURACY,
          Quantity.WEIGHT_NORM,
          Quantity.MUTUAL_INFORMATION_DIFFERENCE,
          Quantity.ENTROPY_DIFFERENCE,
          Quantity.COMMUTATIVITY,
          Quantity.COMMUTATOR_DEFECT,
          Quantity.HESSIAN_MAX,
          Quantity.PRECONDITIONED_HESSIAN_MAX,
          Quantity.THRESHOLD_FILTERED,
          Quantity.SATURATION,
          Quantity.HEAVY_TAIL_ALPHA);

  private static final String STYLE =
      "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
          + "table{border-collapse:collapse;font-size:.8rem}"
          + "th,td{border:1px solid #bbb;padding:.2rem .5rem;text-align:right}"
          + "svg{max-width:100%;height:auto}.scroll{overflow-x:auto}";

  private AnalysisPage() {}

  static String of(AnalysisReport report) {
    List<String> parts = new ArrayList<>();
    parts.add("<h1>" + Html.text(report.title()) + "</h1>");
    parts.add(notes(report));
    parts.add(
        figure(
            "On one step axis",
            AnalysisCharts.quantities(report),
            "analysis",
            AnalysisTables.checkpoints(report)));
    parts.add("<h2>Checkpoints</h2>" + table(report));
    AnalysisCharts.layers(report)
        .ifPresent(
            sheet -> parts.add(figure("Layers", sheet, "layers", AnalysisTables.layers(report))));
    parts.add(LayerTable.of(report.checkpoints().get(report.checkpoints().size() - 1)));
    AnalysisCharts.landscape(report)
        .ifPresent(
            sheet ->
                parts.add(
                    figure("Landscape", sheet, "landscape", AnalysisTables.landscape(report))));
    parts.add("<h2>Run</h2>" + list(report.settings().entrySet()));
    parts.add(list(report.trajectory().entrySet()));
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        + "<meta name=\"viewport\" content=\"width=device-width\"><title>"
        + Html.text("Analysis: " + report.title())
        + "</title><style>"
        + STYLE
        + "</style></head><body>\n"
        + String.join("\n", parts)
        + "\n</body></html>\n";
  }

  private static String notes(AnalysisReport report) {
    List<String> lines = new ArrayList<>();
    report.run().slingshots().forEach(event -> lines.add("slingshot: " + event.describe()));
    report
        .run()
        .alarms()
        .forEach(
            (layer, step) ->
                lines.add("late collapse: the tail of " + layer + " is below 2 from step " + step));
    lines.addAll(report.run().notes());
    return lines.isEmpty() ? "" : list(lines);
  }

  private static String list(Iterable<?> items) {
    StringBuilder html = new StringBuilder("<ul>");
    items.forEach(item -> html.append("<li>").append(Html.text(item.toString())).append("</li>"));
    return html.append("</ul>").toString();
  }

  private static String table(AnalysisReport report) {
    List<Quantity> shown =
        COLUMNS.stream()
            .filter(q -> report.checkpoints().stream().anyMatch(at -> at.get(q).isPresent()))
            .toList();
    String head =
        "<tr><th>step</th>"
            + shown.stream()
                .map(quantity -> "<th>" + Html.text(quantity.label()) + "</th>")
                .collect(Collectors.joining())
            + "</tr>";
    String rows =
        report.checkpoints().stream()
            .map(
                at ->
                    "<tr><th>"
                        + at.step()
                        + "</th>"
                        + shown.stream()
                            .map(q -> "<td>" + number(Optional.ofNullable(at.total().get(q))))
                            .collect(Collectors.joining())
                        + "</tr>")
            .collect(Collectors.joining("\n"));
    return "<div class=\"scroll\"><table>" + head + rows + "</table></div>";
  }

  private static String number(Optional<Double> value) {
    return value.map(v -> String.format(Locale.ROOT, "%.4g", v)).orElse("&ndash;") + "</td>";
  }

  /** A picture, and its files to be saved. */
  private static String figure(String title, ChartSheet sheet, String name, String table) {
    String document = svg(sheet);
    return Html.element("h2", "", title)
        // Without what stands before the element.
        + document.substring(document.indexOf("<svg"))
        + Download.links(
            List.of(Download.svg(name + ".svg", document), Download.csv(name + ".csv", table)));
  }

  private static String svg(ChartSheet sheet) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      sheet.writeSvg(out);
    } catch (IOException e) {
      throw new UncheckedIOException("a picture could not be drawn", e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
