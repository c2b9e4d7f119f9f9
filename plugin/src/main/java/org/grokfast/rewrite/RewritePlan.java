package org.grokfast.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.filter.options.VariableOverride;
import org.grokfast.filter.options.VariableSelection;

/**
 * What will be done to a graph: made and checked before anything is built.
 *
 * @param filter the filter as the user gave it
 * @param sites the places to be filtered, each with its filter
 * @param excluded the variables that the user's patterns leave alone, or whose shape the filter
 *     can't take
 * @param misses the near-misses
 */
public record RewritePlan(
    GradientFilter filter, List<PlannedSite> sites, List<String> excluded, List<NearMiss> misses) {

  /** Makes the lists immutable. */
  public RewritePlan {
    sites = List.copyOf(sites);
    excluded = List.copyOf(excluded);
    misses = List.copyOf(misses);
  }

  /**
   * A place and what goes there.
   *
   * @param site the place
   * @param filter the filter with the variable's overrides applied
   */
  public record PlannedSite(UpdateSite site, GradientFilter filter) {
    /** Whether a sparse gradient is made dense. */
    public boolean isDensified() {
      return isSparse(SparseGradients.DENSIFY);
    }

    /** Whether a sparse gradient stays sparse. */
    public boolean isLazy() {
      return isSparse(SparseGradients.LAZY);
    }

    private boolean isSparse(SparseGradients treatment) {
      return site.rows().isPresent() && filter.options().sparse() == treatment;
    }
  }

  /**
   * Resolves the patterns of a filter against what was found.
   *
   * @param findings what the rules found
   * @param filter the filter with its patterns
   * @throws NothingToRewriteException if no gradient was found, a pattern matches no variable, or
   *     the patterns leave none
   * @throws GraphRewriteException if an override gives a filter a value out of its range
   */
  public static RewritePlan of(List<Finding> findings, GradientFilter filter) {
    List<UpdateSite> found = new ArrayList<>();
    List<NearMiss> misses = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding instanceof UpdateSite site) {
        found.add(site);
      } else if (finding instanceof NearMiss miss) {
        misses.add(miss);
      }
    }
    if (found.isEmpty()) {
      throw new NothingToRewriteException(nothingFound(misses));
    }
    VariableSelection selection = filter.options().selection();
    requireMatches(selection, found);
    List<PlannedSite> sites = new ArrayList<>();
    List<String> excluded = new ArrayList<>();
    for (UpdateSite site : found) {
      String variable = site.variable().name();
      if (selection.selects(variable) && filter.takes(site.variable().shape())) {
        requireAllowed(site, filter);
        sites.add(new PlannedSite(site, resolve(filter, variable)));
      } else {
        excluded.add(variable);
      }
    }
    if (sites.isEmpty()) {
      throw new NothingToRewriteException(
          found.stream().anyMatch(site -> selection.selects(site.variable().name()))
              ? "the filter "
                  + filter.kind()
                  + " takes "
                  + filter.type().shapes().orElseThrow().text()
                  + " alone, and none of the variables selected is one: "
                  + names(found)
              : "include and exclude leave no variable to filter; the graph trains "
                  + names(found));
    }
    return new RewritePlan(filter, sites, excluded, misses);
  }

  private static void requireAllowed(UpdateSite site, GradientFilter filter) {
    if (site.rows().isPresent() && filter.options().sparse() == SparseGradients.REFUSE) {
      throw new GraphRewriteException(
          "variable '"
              + site.variable().name()
              + "' takes a sparse gradient ("
              + site.evidence().text()
              + "), which sparse=refuse forbids; exclude the variable, or use sparse=densify or lazy");
    }
  }

  private static GradientFilter resolve(GradientFilter filter, String variable) {
    try {
      return filter.forVariable(variable);
    } catch (IllegalArgumentException e) {
      throw new GraphRewriteException(
          "override for variable '" + variable + "': " + e.getMessage(), e);
    }
  }

  private static void requireMatches(VariableSelection selection, List<UpdateSite> found) {
    for (String pattern : selection.include()) {
      VariableSelection single = new VariableSelection(List.of(pattern), List.of(), List.of());
      requireMatch("include", pattern, single::selects, found);
    }
    for (String pattern : selection.exclude()) {
      VariableSelection single = new VariableSelection(List.of(pattern), List.of(), List.of());
      requireMatch("exclude", pattern, single::selects, found);
    }
    for (VariableOverride override : selection.overrides()) {
      requireMatch("override", override.pattern(), override::matches, found);
    }
  }

  private static void requireMatch(
      String option, String pattern, Predicate<String> matches, List<UpdateSite> found) {
    if (found.stream().noneMatch(site -> matches.test(site.variable().name()))) {
      throw new NothingToRewriteException(
          option
              + " pattern '"
              + pattern
              + "' matches none of the trained variables: "
              + names(found));
    }
  }

  private static String names(List<UpdateSite> found) {
    int shown = Math.min(found.size(), 8);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < shown; i++) {
      text.append(i == 0 ? "" : ", ").append(found.get(i).variable().name());
    }
    return found.size() > shown ? text + " and " + (found.size() - shown) + " more" : text + "";
  }

  private static String nothingFound(List<NearMiss> misses) {
    String message = "no gradient reaches an optimizer in this graph: no update op was found";
    if (misses.isEmpty()) {
      return message
          + "; give the graph that trains if this one is for inference, or name a gradient with"
          + " --gradient VARIABLE=TENSOR if it trains in a way that no rule knows";
    }
    return message + " that can be filtered; nearest: " + misses.get(0);
  }
}
