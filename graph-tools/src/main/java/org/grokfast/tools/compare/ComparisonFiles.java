package org.grokfast.tools.compare;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.grokfast.io.AtomicOutput;
import org.grokfast.io.Overwrite;
import org.grokfast.models.comparison.Comparison;
import org.grokfast.models.comparison.ComparisonCsv;
import org.grokfast.models.comparison.ComparisonFigures;
import org.grokfast.models.comparison.ComparisonJson;
import org.grokfast.models.comparison.HtmlReport;
import org.grokfast.models.picture.Theme;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.TextPage;

/**
 * The files of a comparison.
 *
 * @param folder where they are
 */
record ComparisonFiles(Path folder) {
  private static final String JSON = "comparison.json";
  private static final String SUMMARY = "summary.csv";
  private static final String RUNS = "runs.csv";
  private static final String CURVES = "curves.csv";
  private static final String REPORT = "report.html";

  /** Writes to a file. */
  @FunctionalInterface
  private interface Content {
    void writeTo(Writer out) throws IOException;
  }

  /** Writes all of them, each in one step. */
  void write(Comparison comparison) {
    write(JSON, out -> Json.print(new PrintWriter(out), ComparisonJson.of(comparison)));
    write(SUMMARY, out -> ComparisonCsv.summary(comparison, out));
    write(REPORT, out -> out.write(HtmlReport.of(comparison)));
    write(RUNS, out -> ComparisonCsv.runs(comparison, out));
    write(CURVES, out -> ComparisonCsv.curves(comparison, out));
    for (Theme theme : Theme.values()) {
      String end = "-" + theme.fileName() + ".svg";
      write("curves" + end, out -> out.write(ComparisonFigures.curves(comparison, theme)));
      ComparisonFigures.forest(comparison, theme)
          .ifPresent(forest -> write("forest" + end, out -> out.write(forest)));
    }
  }

  private void write(String name, Content content) {
    new AtomicOutput(folder.resolve(name), Overwrite.REPLACE)
        .writeFile(
            out -> {
              Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
              content.writeTo(writer);
              writer.flush();
            });
  }

  /** Says where they are. */
  void list(TextPage page) {
    page.field(0, "report", folder.resolve(REPORT).toString());
    page.field(0, "table", folder.resolve(SUMMARY).toString());
    page.field(0, "runs", folder.resolve(RUNS).toString());
    page.field(0, "figures", folder.resolve("curves-light.svg").toString() + " and others");
    page.field(0, "JSON", folder.resolve(JSON).toString());
    page.flush();
  }
}
