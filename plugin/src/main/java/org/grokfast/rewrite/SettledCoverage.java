package org.grokfast.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.grokfast.filter.GradientFilter;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.rewrite.coverage.VariableFate;
import org.grokfast.text.ShellWord;

/**
 * Settles what becomes of each variable, given what was found of the graph and what the user wants:
 * what is excluded counts as excluded, be there a site for it or none.
 */
final class SettledCoverage {
  private static final Pattern META = Pattern.compile("[\\\\^$.|?*+()\\[\\]{}]");

  private final Map<String, UpdateSite> sites = new LinkedHashMap<>();
  private final GradientFilter filter;

  SettledCoverage(List<UpdateSite> sites, GradientFilter filter) {
    sites.forEach(site -> this.sites.putIfAbsent(site.variable().name(), site));
    this.filter = filter;
  }

  Coverage settle(Coverage found) {
    Map<String, VariableFate> known = new HashMap<>();
    found.fates().forEach(each -> known.put(each.variable(), each));
    Map<String, VariableFate> settled = new LinkedHashMap<>();
    // What an analysis doesn't mention has at least its sites.
    for (UpdateSite site : sites.values()) {
      String variable = site.variable().name();
      VariableFate fate = known.get(variable);
      settled.put(variable, settled(fate == null ? of(site) : fate));
    }
    found.fates().forEach(each -> settled.computeIfAbsent(each.variable(), v -> settled(each)));
    return new Coverage(new ArrayList<>(settled.values()));
  }

  private static VariableFate of(UpdateSite site) {
    return new VariableFate(
        site.variable().name(),
        Fate.FILTERED,
        site.place().map(place -> place.function() + "/").orElse("") + site.anchor(),
        Reason.of(site.evidence().text()),
        site.place().map(CallPath::toString));
  }

  private VariableFate settled(VariableFate found) {
    if (found.fate() != Fate.FILTERED && !found.fate().isOpen()) {
      return found;
    }
    if (!filter.options().selection().selects(found.variable())) {
      return found.with(Fate.EXCLUDED, "the user's patterns leave it out");
    }
    UpdateSite site = sites.get(found.variable());
    return found.fate().isFiltered() && site != null && !filter.takes(site.variable().shape())
        ? found.with(Fate.EXCLUDED, shapes(filter))
        : found;
  }

  /** What a filter that doesn't take all shapes takes. */
  static String shapes(GradientFilter filter) {
    return "the filter "
        + filter.kind()
        + " takes "
        + filter.type().shapes().orElseThrow().text()
        + " alone";
  }

  /** The refusal of a graph in which variables are trained and unfiltered. */
  static String refusal(Coverage coverage) {
    String variable = coverage.of(Fate.UNFILTERED).get(0).variable();
    return unfiltered(coverage)
        + "; leave it out with --exclude "
        + ShellWord.of("^" + META.matcher(variable).replaceAll("\\\\$0") + "$")
        + ", or filter the others alone with --allow-unfiltered";
  }

  /** A sentence on the variables that are trained and unfiltered; there must be one. */
  static String unfiltered(Coverage coverage) {
    List<VariableFate> all = coverage.of(Fate.UNFILTERED);
    VariableFate first = all.get(0);
    String remedy =
        first
            .reason()
            .remedy()
            .orElseGet(
                () ->
                    "name its gradient with --gradient "
                        + ShellWord.of(first.variable() + "=TENSOR"));
    String text =
        "variable '"
            + first.variable()
            + "' is trained, but what '"
            + first.writer()
            + "' writes to it can't be filtered: "
            + first.reason().why()
            + "; "
            + remedy;
    return all.size() == 1
        ? text
        : text
            + "; it is the first of "
            + all.size()
            + " trained variables that can't be filtered ('grokfast inspect' names them all)";
  }
}
