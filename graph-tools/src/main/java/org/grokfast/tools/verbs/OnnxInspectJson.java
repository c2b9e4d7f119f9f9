package org.grokfast.tools.verbs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grokfast.onnx.graph.StateEntry;
import org.grokfast.onnx.inspect.OnnxInspection;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tools.options.OnnxInput;

/**
 * An inspection of ONNX for programs; {@code docs/schema/inspect-onnx.schema.json} describes it.
 */
final class OnnxInspectJson {
  private static final int VERSION = 1;

  private OnnxInspectJson() {}

  static Map<String, Object> of(OnnxInput input, OnnxInspection inspection, List<String> command) {
    OnnxInspection.Summary summary = inspection.summary();
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", VERSION);
    root.put("source", input.source());
    root.put("form", input.form());
    root.put("bytes", summary.bytes());
    root.put("irVersion", summary.irVersion());
    root.put("producer", summary.producer());
    root.put("opsets", new TreeMap<>(summary.opsets()));
    root.put("nodes", summary.nodes());
    root.put("insertedNodes", summary.inserted());
    root.put("functions", summary.functions());
    root.put("filters", inspection.filters());
    root.put("inputs", inspection.inputs().stream().map(OnnxInspectJson::input).toList());
    root.put("states", inspection.states().stream().map(OnnxInspectJson::state).toList());
    root.put("sites", inspection.sites().stream().map(OnnxInspectJson::site).toList());
    root.put("misses", inspection.misses().stream().map(RewriteJson::miss).toList());
    root.put("rewriteCommand", command.isEmpty() ? null : String.join(" ", command));
    return root;
  }

  private static Map<String, Object> input(OnnxInspection.Input input) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", input.name());
    entry.put("dtype", input.dtype());
    entry.put("shape", input.shape().orElse(null));
    entry.put("role", input.role());
    return entry;
  }

  private static Map<String, Object> state(StateEntry state) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("input", state.input());
    entry.put("output", state.output());
    entry.put("dtype", state.dtype());
    entry.put("shape", state.shape());
    entry.put("initial", state.initial());
    return entry;
  }

  private static Map<String, Object> site(UpdateSite site) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("variable", site.variable().name());
    entry.put("dtype", site.variable().precision().label());
    entry.put("shape", site.variable().shape());
    entry.put("gradient", site.gradient());
    List<Object> edges = new ArrayList<>();
    site.edges().forEach(edge -> edges.add(Map.of("node", edge.node(), "input", edge.input())));
    entry.put("edges", edges);
    entry.put("rule", site.evidence().rule());
    entry.put("evidence", site.evidence().text());
    entry.put("place", site.evidence().trigger());
    return entry;
  }
}
