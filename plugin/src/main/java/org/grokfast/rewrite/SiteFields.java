package org.grokfast.rewrite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    fields.put("reason", miss.reason());
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
      entry.put("input", edge.input());
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
