package org.grokfast.tensorflow.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.grokfast.rewrite.Inspection;
import org.grokfast.rewrite.Inspection.Fact;
import org.grokfast.rewrite.Inspection.HazardEntry;
import org.grokfast.rewrite.Inspection.Placement;
import org.grokfast.rewrite.Inspection.Site;
import org.grokfast.rewrite.Inspection.Summary;
import org.grokfast.rewrite.Inspection.TensorEntry;
import org.grokfast.rewrite.Inspection.Words;
import org.grokfast.tensorflow.InsertedNodes;

/**
 * The inspection of a TensorFlow graph in the shape that all formats have.
 *
 * @param graph what was found
 * @param form the form of the file, for people
 */
public record GraphSummary(GraphInspection graph, String form) {

  /** The inspection. */
  public Inspection inspection() {
    return new Inspection(
        new Summary(fields(), facts()),
        variables(),
        Map.of(),
        graph.sites().stream().map(GraphSummary::site).toList(),
        graph.misses(),
        graph.coverage(),
        Optional.of(graph.hazards().stream().map(GraphSummary::hazard).toList()),
        new Words("Variables", "trigger", nothing()),
        rewriteOptions());
  }

  private Map<String, Object> fields() {
    GraphInspection.Summary summary = graph.summary();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("bytes", summary.bytes());
    fields.put("producer", summary.producer());
    fields.put("minConsumer", summary.minConsumer());
    fields.put("tensorflow", summary.tensorflow().isEmpty() ? null : summary.tensorflow());
    fields.put("nodes", summary.nodes());
    fields.put("functions", summary.functions());
    fields.put("functionNodes", summary.functionNodes());
    fields.put("optimizers", graph.optimizers());
    Map<String, Object> inserted = new LinkedHashMap<>();
    inserted.put("nodes", graph.inserted().count());
    inserted.put("passes", graph.inserted().passes());
    inserted.put("filters", graph.inserted().filters());
    inserted.put("orders", graph.inserted().orders());
    fields.put("inserted", inserted);
    return fields;
  }

  private List<Fact> facts() {
    GraphInspection.Summary summary = graph.summary();
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("form", form));
    facts.add(new Fact("size", String.format(Locale.ROOT, "%,d bytes", summary.bytes())));
    facts.add(
        new Fact(
            "producer",
            summary.producer()
                + (summary.minConsumer() > 0 ? ", consumers from " + summary.minConsumer() : "")
                + (summary.tensorflow().isEmpty() ? "" : ", TensorFlow " + summary.tensorflow())));
    facts.add(new Fact("nodes", String.format(Locale.ROOT, "%,d", summary.nodes())));
    facts.add(
        new Fact(
            "functions",
            summary.functions() == 0
                ? "none"
                : String.format(
                    Locale.ROOT,
                    "%,d with %,d nodes",
                    summary.functions(),
                    summary.functionNodes())));
    List<String> optimizers = graph.optimizers();
    facts.add(new Fact("optimizer", optimizers.isEmpty() ? "none" : String.join(", ", optimizers)));
    InsertedNodes inserted = graph.inserted();
    if (inserted.isEmpty()) {
      facts.add(new Fact("filter", "none"));
    } else {
      inserted.filters().forEach(filter -> facts.add(new Fact("filter", filter)));
      facts.add(
          new Fact(
              "inserted", inserted.count() + " nodes by " + String.join(", ", inserted.passes())));
    }
    if (!inserted.orders().isEmpty()) {
      facts.add(new Fact("ordered", String.join(", ", inserted.orders())));
    }
    return facts;
  }

  private List<TensorEntry> variables() {
    Set<String> trained =
        graph.sites().stream()
            .map(site -> site.update().variable().name())
            .collect(Collectors.toSet());
    List<TensorEntry> entries = new ArrayList<>();
    for (Variable variable : graph.variables()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("device", variable.device());
      fields.put("filterState", variable.inserted());
      String role = trained.contains(variable.name()) ? "trained" : "";
      entries.add(
          new TensorEntry(
              variable.name(),
              TypeNames.of(variable.dtype()),
              variable.shape(),
              variable.inserted() ? "filter" : role,
              fields));
    }
    return entries;
  }

  private static Site site(GraphInspection.Site site) {
    String device = site.device();
    return new Site(
        site.update(),
        Optional.of(
            new Placement(
                site.optimizer(), device, device.isEmpty() ? "left to TensorFlow" : device)));
  }

  private static HazardEntry hazard(Hazard hazard) {
    return new HazardEntry(hazard.kind().label(), hazard.nodes(), hazard.text());
  }

  private String nothing() {
    return "There is nothing to rewrite: no gradient reaches an optimizer here"
        + (graph.misses().isEmpty() ? "." : " in a way that can be filtered.");
  }

  private List<String> rewriteOptions() {
    List<String> options = new ArrayList<>();
    if (!graph.inserted().filters().isEmpty()) {
      options.add("--replace");
    }
    if (graph.hazards().stream()
        .anyMatch(hazard -> hazard.kind() == Hazard.Kind.UNORDERED_BETA_POWER)) {
      options.add("--fix-adam-order");
    }
    return options;
  }
}
