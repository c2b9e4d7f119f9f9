package org.grokfast.rewrite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.grokfast.filter.Unfiltered;
import org.grokfast.pass.StepPass;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;

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

  /** The report for a person, as plain text: see {@link #print}. */
  public String toText() {
    PlainPage page = new PlainPage();
    print(page, "filtered");
    return page.toString();
  }

  /**
   * Writes the report for a person: first the variables that are trained and unfiltered and those
   * that could not be decided; then one paragraph per site, excluded variables, near-misses, what
   * no gradient trains, and notes.
   *
   * @param verb what was or would be done to the variables: "filtered"; without a filter the report
   *     has what was done instead in its place
   */
  public void print(ReportPage page, String verb) {
    Coverage coverage = plan.coverage();
    CoverageText.open(page, coverage);
    int inPart = coverage.count(Fate.FILTERED_IN_PART);
    int undecided = coverage.count(Fate.UNDECIDED);
    boolean isFiltered = !(plan.filter() instanceof Unfiltered);
    boolean isProbed = !plan.filter().options().probes().isEmpty();
    long changed =
        plan.sites().stream()
            .filter(planned -> !planned.passes().isEmpty())
            .map(planned -> planned.site().variable().name())
            .distinct()
            .count();
    page.heading(
        String.format(
            Locale.ROOT,
            "%d of %d trained variables %s%s, %,d bytes of state",
            isFiltered || isProbed ? coverage.filtered() : changed,
            coverage.trained(),
            isFiltered ? verb : verb.replace("filtered", isProbed ? "probed" : "given a pass"),
            (isFiltered || !isProbed || changed == 0 ? "" : ", " + changed + " given a pass")
                + (inPart == 0 ? "" : ", " + inPart + " of them in part")
                + (undecided == 0 ? "" : ", " + undecided + " undecided"),
            stateBytes));
    page.field(2, "filter", plan.filter().describe());
    for (RewritePlan.PlannedSite planned : plan.sites()) {
      UpdateSite site = planned.site();
      page.text(
          2,
          site.variable().name()
              + "  "
              + site.variable().precision().label()
              + " "
              + site.variable().shape());
      page.field(4, "gradient", site.gradient());
      site.place().ifPresent(place -> page.field(4, "place", place.toString()));
      page.field(4, "evidence", site.evidence().rule() + ": " + site.evidence().text());
      if (!planned.filter().equals(plan.filter())) {
        page.field(4, "filter", planned.filter().describe());
      }
      planned.passes().forEach(pass -> page.field(4, "pass", pass.text()));
    }
    plan.excluded().forEach(name -> page.field(2, "excluded", name));
    plan.misses().forEach(miss -> page.field(2, "not filtered", miss.toString()));
    CoverageText.others(page, coverage);
    notes.forEach(note -> page.field(2, "note", note));
  }

  /** The report for a program, with the field {@code version} first. */
  public String toJson() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", JSON_VERSION);
    root.putAll(fields());
    try {
      return Mapper.JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report of plain values could not be written", e);
    }
  }

  /**
   * The fields of the report for a program: names and values, which are numbers, texts, and lists
   * and maps of these.
   */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("filter", plan.filter().describe());
    List<Map<String, Object>> sites = new ArrayList<>();
    for (RewritePlan.PlannedSite planned : plan.sites()) {
      Map<String, Object> entry = SiteFields.of(planned.site());
      entry.put("filter", planned.filter().describe());
      if (!planned.passes().isEmpty()) {
        entry.put("passes", planned.passes().stream().map(StepPass::text).toList());
      }
      sites.add(entry);
    }
    fields.put("sites", sites);
    fields.put("excluded", plan.excluded());
    fields.put("misses", plan.misses().stream().map(SiteFields::of).toList());
    fields.put("coverage", SiteFields.of(plan.coverage()));
    fields.put("stateVariables", stateVariables);
    fields.put("stateBytes", stateBytes);
    fields.put("notes", notes);
    return fields;
  }
}
