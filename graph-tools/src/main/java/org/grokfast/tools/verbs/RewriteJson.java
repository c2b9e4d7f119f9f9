package org.grokfast.tools.verbs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tools.options.WriteArguments;

/** A rewrite's report for programs; {@code docs/schema/rewrite.schema.json} describes it. */
final class RewriteJson {
  private RewriteJson() {}

  static Map<String, Object> of(String source, WriteArguments output, RewriteReport report) {
    RewritePlan plan = report.plan();
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", RewriteReport.JSON_VERSION);
    root.put("source", source);
    root.put("output", output.dryRun() ? null : output.output());
    root.put("dryRun", output.dryRun());
    root.put("filter", plan.filter().describe());
    List<Object> sites = new ArrayList<>();
    plan.sites().forEach(planned -> sites.add(site(planned)));
    root.put("sites", sites);
    root.put("excluded", plan.excluded());
    root.put("misses", plan.misses().stream().map(RewriteJson::miss).toList());
    root.put("stateVariables", report.stateVariables());
    root.put("stateBytes", report.stateBytes());
    root.put("notes", report.notes());
    return root;
  }

  private static Map<String, Object> site(RewritePlan.PlannedSite planned) {
    UpdateSite site = planned.site();
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("variable", site.variable().name());
    entry.put("dtype", site.variable().precision().label());
    entry.put("shape", site.variable().shape());
    entry.put("gradient", site.gradient());
    List<Object> edges = new ArrayList<>();
    site.edges().forEach(edge -> edges.add(Map.of("node", edge.node(), "input", edge.input())));
    entry.put("edges", edges);
    site.place()
        .ifPresent(
            place -> {
              entry.put("function", place.function());
              entry.put("calls", place.calls());
            });
    entry.put("rule", site.evidence().rule());
    entry.put("evidence", site.evidence().text());
    entry.put("trigger", site.evidence().trigger());
    entry.put("filter", planned.filter().describe());
    return entry;
  }

  static Map<String, Object> miss(NearMiss miss) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("node", miss.node());
    entry.put("rule", miss.rule());
    entry.put("reason", miss.reason());
    return entry;
  }
}
