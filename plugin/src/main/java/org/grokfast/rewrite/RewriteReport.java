package org.grokfast.rewrite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a rewrite found, changed and left alone.
 *
 * @param plan the plan that was carried out
 * @param stateVariables the names of the new variables, scalars included
 * @param stateBytes the memory that the new variables take
 * @param notes what else changed and what the user should know, a sentence each
 */
public record RewriteReport(
    RewritePlan plan, List<String> stateVariables, long stateBytes, List<String> notes) {

  /** Made when JSON is first asked for: most reports are read by people. */
  private static final class Mapper {
    static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  }

  /** The version of the JSON form. */
  public static final int JSON_VERSION = 1;

  /** Makes the lists immutable. */
  public RewriteReport {
    stateVariables = List.copyOf(stateVariables);
    notes = List.copyOf(notes);
  }

  /** The report for a person: a line a site, then what was left alone, then the notes. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append(plan.filter().describe()).append('\n');
    text.append(
        String.format(
            Locale.ROOT,
            "%d of %d variables filtered, %,d bytes of state%n",
            plan.sites().size(),
            plan.sites().size() + plan.excluded().size(),
            stateBytes));
    for (RewritePlan.PlannedSite planned : plan.sites()) {
      UpdateSite site = planned.site();
      text.append("  ")
          .append(site.variable().name())
          .append(' ')
          .append(site.variable().precision().label())
          .append(site.variable().shape())
          .append(" <- ")
          .append(site.gradient())
          .append("  [")
          .append(site.evidence().text())
          .append(site.place().map(place -> ", " + place).orElse(""))
          .append("]\n");
    }
    plan.excluded().forEach(name -> text.append("  excluded: ").append(name).append('\n'));
    plan.misses().forEach(miss -> text.append("  not filtered: ").append(miss).append('\n'));
    notes.forEach(note -> text.append("note: ").append(note).append('\n'));
    return text.toString();
  }

  /** The report for a program, with the field {@code version} first. */
  public String toJson() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", JSON_VERSION);
    root.put("filter", plan.filter().describe());
    List<Map<String, Object>> sites = new ArrayList<>();
    for (RewritePlan.PlannedSite planned : plan.sites()) {
      UpdateSite site = planned.site();
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("variable", site.variable().name());
      entry.put("dtype", site.variable().precision().label());
      entry.put("shape", site.variable().shape());
      entry.put("gradient", site.gradient());
      entry.put("edges", site.edges());
      site.place().ifPresent(place -> entry.put("function", place.function()));
      site.place().ifPresent(place -> entry.put("calls", place.calls()));
      entry.put("rule", site.evidence().rule());
      entry.put("evidence", site.evidence().text());
      entry.put("trigger", site.evidence().trigger());
      entry.put("filter", planned.filter().describe());
      sites.add(entry);
    }
    root.put("sites", sites);
    root.put("excluded", plan.excluded());
    root.put("misses", plan.misses().stream().map(RewriteReport::entry).toList());
    root.put("stateVariables", stateVariables);
    root.put("stateBytes", stateBytes);
    root.put("notes", notes);
    try {
      return Mapper.JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report of plain values could not be written", e);
    }
  }

  private static Map<String, Object> entry(NearMiss miss) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("node", miss.node());
    entry.put("rule", miss.rule());
    entry.put("reason", miss.reason());
    return entry;
  }
}
