package org.grokfast.onnx.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.grokfast.onnx.graph.StateEntry;
import org.grokfast.rewrite.Inspection;
import org.grokfast.rewrite.Inspection.Fact;
import org.grokfast.rewrite.Inspection.Site;
import org.grokfast.rewrite.Inspection.Summary;
import org.grokfast.rewrite.Inspection.TensorEntry;
import org.grokfast.rewrite.Inspection.Words;

/**
 * The inspection of an ONNX training graph in the shape that all formats have.
 *
 * @param model what was found
 * @param form the form of the file, for people
 */
public record OnnxSummary(OnnxInspection model, String form) {

  /** The inspection. */
  public Inspection inspection() {
    return new Inspection(
        new Summary(fields(), facts()),
        model.inputs().stream().map(OnnxSummary::input).toList(),
        Map.of("states", model.states().stream().map(OnnxSummary::state).toList()),
        model.sites().stream().map(site -> new Site(site, Optional.empty())).toList(),
        model.misses(),
        model.coverage(),
        Optional.empty(),
        new Words(
            "Inputs",
            "place",
            "There is nothing to rewrite: no gradient was found that can be filtered."),
        model.filters().isEmpty() && model.summary().inserted() == 0
            ? List.of()
            : List.of("--replace"));
  }

  private Map<String, Object> fields() {
    OnnxInspection.Summary summary = model.summary();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("bytes", summary.bytes());
    fields.put("irVersion", summary.irVersion());
    fields.put("producer", summary.producer());
    fields.put("opsets", new TreeMap<>(summary.opsets()));
    fields.put("nodes", summary.nodes());
    fields.put("insertedNodes", summary.inserted());
    fields.put("functions", summary.functions());
    fields.put("filters", model.filters());
    return fields;
  }

  private List<Fact> facts() {
    OnnxInspection.Summary summary = model.summary();
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("form", form));
    facts.add(new Fact("size", String.format(Locale.ROOT, "%,d bytes", summary.bytes())));
    facts.add(new Fact("producer", summary.producer().isEmpty() ? "unknown" : summary.producer()));
    facts.add(new Fact("IR version", Long.toString(summary.irVersion())));
    facts.add(
        new Fact(
            "opsets",
            new TreeMap<>(summary.opsets())
                .entrySet().stream()
                    .map(e -> (e.getKey().isEmpty() ? "ai.onnx" : e.getKey()) + " " + e.getValue())
                    .collect(Collectors.joining(", "))));
    facts.add(new Fact("nodes", String.format(Locale.ROOT, "%,d", summary.nodes())));
    facts.add(new Fact("functions", Integer.toString(summary.functions())));
    if (model.filters().isEmpty()) {
      facts.add(new Fact("filter", "none"));
    } else {
      model.filters().forEach(filter -> facts.add(new Fact("filter", filter)));
      facts.add(new Fact("inserted", summary.inserted() + " nodes"));
    }
    return facts;
  }

  private static TensorEntry input(OnnxInspection.Input input) {
    return new TensorEntry(
        input.name(), input.dtype(), input.shape(), input.role(), Map.of("role", input.role()));
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
}
