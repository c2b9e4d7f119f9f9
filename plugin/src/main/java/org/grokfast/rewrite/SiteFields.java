package org.grokfast.rewrite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.VariableFate;

/**
 * Findings as fields for programs: names and values, which are numbers, texts, and lists and maps
 * of these, in the order in which they are printed.
 */
public final class SiteFields {
  private SiteFields() {}

  /** An update site. */
  public static Map<String, Object> of(UpdateSite site) {
    Map<String, Object> fields = where(site);
    fields.putAll(how(site, "trigger"));
    return fields;
  }

  /**
   * An update site of an inspection.
   *
   * @param trigger the name of the field that says what makes the update run
   */
  public static Map<String, Object> of(Inspection.Site site, String trigger) {
    Map<String, Object> fields = where(site.update());
    site.placement().ifPresent(placement -> fields.put("optimizer", placement.optimizer()));
    fields.putAll(how(site.update(), trigger));
    site.placement().ifPresent(placement -> fields.put("device", placement.device()));
    return fields;
  }

  /** A near-miss. */
  public static Map<String, Object> of(NearMiss miss) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("node", miss.node());
    fields.put("rule", miss.rule());
    fields.put("reason", miss.reason().toString());
    return fields;
  }

  /**
   * What becomes of variables: how many are trained, filtered, excluded and the optimizer's, and by
   * name all others.
   */
  public static Map<String, Object> of(Coverage coverage) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("trained", coverage.trained());
    fields.put("filtered", coverage.filtered());
    fields.put("excluded", coverage.count(Fate.EXCLUDED));
    fields.put("optimizerState", coverage.count(Fate.OPTIMIZER_STATE));
    fields.put("unfiltered", fates(coverage, Fate.UNFILTERED));
    List<Map<String, Object>> undecided = new ArrayList<>(fates(coverage, Fate.FILTERED_IN_PART));
    undecided.addAll(fates(coverage, Fate.UNDECIDED));
    fields.put("undecided", undecided);
    fields.put("notByGradient", fates(coverage, Fate.NOT_BY_GRADIENT));
    return fields;
  }

  private static List<Map<String, Object>> fates(Coverage coverage, Fate fate) {
    return coverage.of(fate).stream().map(SiteFields::of).toList();
  }

  private static Map<String, Object> of(VariableFate fate) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("variable", fate.variable());
    fields.put("writer", fate.writer());
    fate.place().ifPresent(place -> fields.put("place", place));
    fields.put("reason", fate.reason().toString());
    return fields;
  }

  private static Map<String, Object> where(UpdateSite site) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("variable", site.variable().name());
    fields.put("dtype", site.variable().precision().label());
    fields.put("shape", site.variable().shape());
    fields.put("gradient", site.gradient());
    List<Map<String, Object>> edges = new ArrayList<>();
    for (GradientEdge edge : site.edges()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("node", edge.node());
      if (edge.isOutput()) {
        entry.put("output", site.gradient());
      } else {
        entry.put("input", edge.input());
      }
      edges.add(entry);
    }
    fields.put("edges", edges);
    site.place()
        .ifPresent(
            place -> {
              fields.put("function", place.function());
              fields.put("calls", place.calls());
            });
    return fields;
  }

  private static Map<String, Object> how(UpdateSite site, String trigger) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("rule", site.evidence().rule());
    fields.put("evidence", site.evidence().text());
    fields.put(trigger, site.evidence().trigger());
    return fields;
  }
}
