package org.grokfast.tools.verbs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.InsertedNodes;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.inspect.GraphInspection;
import org.grokfast.tensorflow.inspect.Hazard;
import org.grokfast.tensorflow.inspect.TypeNames;
import org.grokfast.tensorflow.inspect.Variable;
import org.grokfast.tools.options.ReadArguments;

/** An inspection for programs; {@code docs/schema/inspect.schema.json} describes it. */
final class InspectJson {
  private static final int VERSION = 1;

  private InspectJson() {}

  static Map<String, Object> of(GraphFile file, GraphInspection inspection, List<String> command) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", VERSION);
    root.put("source", file.source());
    root.put("form", ReadArguments.label(file.form()));
    GraphInspection.Summary summary = inspection.summary();
    root.put("bytes", summary.bytes());
    root.put("producer", summary.producer());
    root.put("minConsumer", summary.minConsumer());
    root.put("tensorflow", summary.tensorflow().isEmpty() ? null : summary.tensorflow());
    root.put("nodes", summary.nodes());
    root.put("functions", summary.functions());
    root.put("functionNodes", summary.functionNodes());
    root.put("optimizers", inspection.optimizers());
    root.put("inserted", inserted(inspection.inserted()));
    root.put("variables", inspection.variables().stream().map(InspectJson::variable).toList());
    root.put("sites", inspection.sites().stream().map(InspectJson::site).toList());
    root.put("misses", inspection.misses().stream().map(InspectJson::miss).toList());
    root.put("hazards", inspection.hazards().stream().map(InspectJson::hazard).toList());
    root.put("rewriteCommand", command.isEmpty() ? null : String.join(" ", command));
    return root;
  }

  private static Map<String, Object> inserted(InsertedNodes inserted) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("nodes", inserted.count());
    entry.put("passes", inserted.passes());
    entry.put("filters", inserted.filters());
    entry.put("orders", inserted.orders());
    return entry;
  }

  private static Map<String, Object> variable(Variable variable) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", variable.name());
    entry.put("dtype", TypeNames.of(variable.dtype()));
    entry.put("shape", variable.shape().orElse(null));
    entry.put("device", variable.device());
    entry.put("filterState", variable.inserted());
    return entry;
  }

  private static Map<String, Object> site(GraphInspection.Site site) {
    UpdateSite update = site.update();
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("variable", update.variable().name());
    entry.put("dtype", update.variable().precision().label());
    entry.put("shape", update.variable().shape());
    entry.put("gradient", update.gradient());
    List<Object> edges = new ArrayList<>();
    update.edges().forEach(edge -> edges.add(Map.of("node", edge.node(), "input", edge.input())));
    entry.put("edges", edges);
    update
        .place()
        .ifPresent(
            place -> {
              entry.put("function", place.function());
              entry.put("calls", place.calls());
            });
    entry.put("optimizer", site.optimizer());
    entry.put("rule", update.evidence().rule());
    entry.put("evidence", update.evidence().text());
    entry.put("trigger", update.evidence().trigger());
    entry.put("device", site.device());
    return entry;
  }

  private static Map<String, Object> miss(NearMiss miss) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("node", miss.node());
    entry.put("rule", miss.rule());
    entry.put("reason", miss.reason());
    return entry;
  }

  private static Map<String, Object> hazard(Hazard hazard) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("kind", hazard.kind().label());
    entry.put("node", hazard.node());
    entry.put("text", hazard.text());
    return entry;
  }
}
