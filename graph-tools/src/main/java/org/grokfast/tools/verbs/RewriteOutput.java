package org.grokfast.tools.verbs;

import java.util.LinkedHashMap;
import java.util.Map;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.options.WriteArguments;

/** A rewrite's report with where the graph went. */
final class RewriteOutput {
  private RewriteOutput() {}

  /** For people. */
  static void print(TextPage page, WriteArguments output, RewriteReport report) {
    report.print(page, output.dryRun() ? "would be filtered" : "filtered");
    if (!output.dryRun() && !output.toStandardOutput()) {
      page.field(2, "written", output.output());
    }
    page.flush();
  }

  /** For programs; {@code docs/schema/rewrite.schema.json} describes it. */
  static Map<String, Object> json(String source, WriteArguments output, RewriteReport report) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", RewriteReport.JSON_VERSION);
    root.put("source", source);
    root.put("output", output.dryRun() ? null : output.output());
    root.put("dryRun", output.dryRun());
    root.putAll(report.fields());
    return root;
  }
}
