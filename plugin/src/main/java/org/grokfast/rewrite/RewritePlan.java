package org.grokfast.rewrite;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Unfiltered;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.filter.options.VariableOverride;
import org.grokfast.filter.options.VariableSelection;
import org.grokfast.pass.PassKind;
import org.grokfast.pass.StepPass;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.UnfilteredVariables;

/**
 * What will be done to a graph: made and checked before anything is built.
 *
 * @param filter the filter as the user gave it
 * @param sites the places to be filtered, each with its filter, and those where only passes go
 * @param excluded the variables that the user's patterns leave alone, or whose shape the filter
 *     can't take, each once
 * @param misses the near-misses
 * @param coverage what becomes of each variable that the train step changes
 * @param notes what the user should know of the passes, a sentence each
 */
public record RewritePlan(
    GradientFilter filter,
    List<PlannedSite> sites,
    List<String> excluded,
    List<NearMiss> misses,
    Coverage coverage,
    List<String> notes) {

  /** How many names a message shows. */
  private static final int SHOWN = 8;

  /** Makes the lists immutable. */
  public RewritePlan {
    sites = List.copyOf(sites);
    excluded = List.copyOf(excluded);
    misses = List.copyOf(misses);
    notes = List.copyOf(notes);
  }

  /**
   * A place and what goes there.
   *
   * @param site the place
   * @param filter the filter with the variable's overrides applied; {@link Unfiltered} where only
   *     passes go there
   * @param passes what is done to the variable beside the filter
   */
  public record PlannedSite(UpdateSite site, GradientFilter filter, List<StepPass> passes) {
    /** Makes the list immutable. */
    public PlannedSite {
      passes = List.copyOf(passes);
    }

    /** Whether a sparse gradient is made dense. */
    public boolean isDensified() {
      return isSparse(SparseGradients.DENSIFY);
    }

    /** Whether a sparse gradient stays sparse. */
    public boolean isLazy() {
      return isSparse(SparseGradients.LAZY);
    }

    private boolean isSparse(SparseGradients treatment) {
      return site.rows().isPresent() && !isUntouched() && filter.options().sparse() == treatment;
    }

    /** Whether the gradient passes as it is, and nobody looks at it. */
    private boolean isUntouched() {
      return filter instanceof Unfiltered && filter.options().probes().isEmpty();
    }
  }

  /**
   * Resolves the patterns of a filter against what was found, where nothing is known of the
   * variables beside it.
   *
   * @throws GraphRewriteException as the other
   */
  public static RewritePlan of(List<Finding> findings, GradientFilter filter) {
    return of(findings, Coverage.NONE, filter, UnfilteredVariables.REFUSE);
  }

  /**
   * Resolves the patterns of a filter against what was found.
   *
   * @param findings what the rules found
   * @param found what becomes of each variable that the step writes if all sites are filtered
   * @param filter the filter with its patterns
   * @param unfiltered what to do where a variable is trained and unfiltered
   * @throws NothingToRewriteException if no gradient was found, a pattern matches no variable, or
   *     the patterns leave none
   * @throws GraphRewriteException if an override gives a filter a value out of its range, or
   *     variables are trained and unfiltered and that isn't allowed
   */
  public static RewritePlan of(
      List<Finding> findings,
      Coverage found,
      GradientFilter filter,
      UnfilteredVariables unfiltered) {
    List<UpdateSite> updates = new ArrayList<>();
    List<NearMiss> misses = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding instanceof UpdateSite site) {
        updates.add(site);
      } else if (finding instanceof NearMiss miss) {
        misses.add(miss);
      }
    }
    if (updates.isEmpty()) {
      throw new NothingToRewriteException(nothingFound(misses, found));
    }
    VariableSelection selection = filter.options().selection();
    requireMatches(filter, updates, found);
    List<PlannedSite> sites = new ArrayList<>();
    List<String> notes = requireTaken(filter, updates);
    for (UpdateSite site : updates) {
      String variable = site.variable().name();
      List<StepPass> passes = passes(filter, site);
      if (selection.selects(variable) && filter.takes(site.variable().shape())) {
        requireAllowed(site, filter);
        sites.add(new PlannedSite(site, resolve(filter, variable), passes));
      } else if (!passes.isEmpty()) {
        GradientFilter none = Unfiltered.with(filter.options().passes().toArray(new StepPass[0]));
        sites.add(new PlannedSite(site, none, passes));
      }
    }
    Coverage coverage = new SettledCoverage(updates, filter).settle(found);
    requireSites(filter, updates, coverage);
    if (unfiltered == UnfilteredVariables.REFUSE && coverage.count(Fate.UNFILTERED) > 0) {
      throw new GraphRewriteException(SettledCoverage.refusal(coverage));
    }
    if (sites.isEmpty()) {
      throw new NothingToRewriteException(
          updates.stream().anyMatch(site -> selection.selects(site.variable().name()))
              ? SettledCoverage.shapes(filter)
                  + ", and none of the variables selected is one: "
                  + trained(updates)
              : "include and exclude leave no variable to filter; the graph trains "
                  + trained(updates));
    }
    List<String> excluded =
        coverage.of(Fate.EXCLUDED).stream().map(each -> each.variable()).toList();
    return new RewritePlan(filter, sites, excluded, misses, coverage, notes);
  }

  /** The passes of a site; see {@link #requireTaken} for variables whose shape one doesn't take. */
  private static List<StepPass> passes(GradientFilter filter, UpdateSite site) {
    TrainedVariable variable = site.variable();
    List<StepPass> passes =
        filter.options().passes().stream()
            .filter(pass -> pass.selects(variable.name()) && pass.takes(variable.shape()))
            .toList();
    for (StepPass pass : passes) {
      if (pass.updateRule().isPresent()) {
        requireReplaceable(pass, site, passes);
      }
    }
    return passes;
  }

  /** What takes the place of an update knows whole gradients, and no rate but its own. */
  private static void requireReplaceable(StepPass pass, UpdateSite site, List<StepPass> passes) {
    if (site.rows().isPresent()) {
      throw new GraphRewriteException(
          pass.refusal(
              site.variable().name(),
              site.anchor(),
              "its gradient is sparse ("
                  + site.evidence().text()
                  + "), which is an embedding's, not a hidden layer's"));
    }
    for (StepPass other : passes) {
      if (other.needsRate()) {
        throw new GraphRewriteException(
            "variable '"
                + site.variable().name()
                + "': "
                + other.kind().name()
                + " follows the learning rate of an update in whose place "
                + pass.kind().name()
                + " steps, which has a decay of its own; give that, and leave the variable out "
                + other.kind().variables().leavingOut());
      }
    }
  }

  /** A variable whose update is to be replaced has to have a gradient of its own. */
  private static void requireSites(
      GradientFilter filter, List<UpdateSite> updates, Coverage coverage) {
    Set<String> seen = new LinkedHashSet<>();
    updates.forEach(site -> seen.add(site.variable().name()));
    for (StepPass pass : filter.options().passes()) {
      coverage.fates().stream()
          .filter(each -> each.fate().isTrained() && !seen.contains(each.variable()))
          .filter(each -> pass.updateRule().isPresent() && pass.selects(each.variable()))
          .findFirst()
          .ifPresent(
              each -> {
                throw new GraphRewriteException(
                    pass.refusal(each.variable(), each.writer(), each.reason().why()));
              });
    }
  }

  /**
   * Names the variables that a pass is to serve by their names and that have not its shape.
   *
   * @throws NothingToRewriteException if a pass is left with none
   */
  private static List<String> requireTaken(GradientFilter filter, List<UpdateSite> updates) {
    List<String> notes = new ArrayList<>();
    for (StepPass pass : filter.options().passes()) {
      Set<TrainedVariable> selected = new LinkedHashSet<>();
      updates.stream()
          .map(UpdateSite::variable)
          .filter(variable -> pass.selects(variable.name()))
          .forEach(selected::add);
      List<String> others =
          selected.stream()
              .filter(variable -> !pass.takes(variable.shape()))
              .map(variable -> variable.name() + " " + variable.shape())
              .toList();
      String alone = pass.kind().name() + " takes " + pass.shapes() + " alone";
      if (!others.isEmpty() && others.size() == selected.size()) {
        throw new NothingToRewriteException(
            alone + ", and none of the variables that match is one: " + names(others));
      }
      if (!others.isEmpty()) {
        notes.add(alone + ", and leaves these to the graph's optimizer: " + names(others));
      }
    }
    return notes;
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

  private static void requireMatches(
      GradientFilter filter, List<UpdateSite> found, Coverage coverage) {
    VariableSelection selection = filter.options().selection();
    Set<String> filterable = new LinkedHashSet<>();
    found.forEach(site -> filterable.add(site.variable().name()));
    Set<String> trained = new LinkedHashSet<>(filterable);
    coverage.fates().stream()
        .filter(each -> each.fate().isOpen())
        .forEach(each -> trained.add(each.variable()));
    for (String pattern : selection.include()) {
      VariableSelection single = new VariableSelection(List.of(pattern), List.of(), List.of());
      requireMatch("include", pattern, single::selects, trained);
    }
    for (String pattern : selection.exclude()) {
      VariableSelection rest = new VariableSelection(List.of(), List.of(pattern), List.of());
      requireMatch("exclude", pattern, name -> !rest.selects(name), trained);
    }
    // One that takes the filtered gradient of another has no site of its own, but an update.
    coverage.fates().stream()
        .filter(each -> each.fate().isTrained())
        .forEach(each -> trained.add(each.variable()));
    for (StepPass pass : filter.options().passes()) {
      PassKind.Variables served = pass.kind().variables();
      for (String pattern : pass.patterns()) {
        VariableSelection single = served.selection(List.of(pattern));
        requireMatch(
            served.option(),
            pattern,
            name -> served.named() == single.selects(name),
            served.named() ? filterable : trained);
      }
    }
    for (VariableOverride override : selection.overrides()) {
      requireMatch("override", override.pattern(), override::matches, filterable);
    }
  }

  private static void requireMatch(
      String option, String pattern, Predicate<String> matches, Set<String> variables) {
    if (variables.stream().noneMatch(matches)) {
      throw new NothingToRewriteException(
          option
              + " pattern '"
              + pattern
              + "' matches none of the trained variables: "
              + names(variables));
    }
  }

  private static String trained(List<UpdateSite> found) {
    return names(found.stream().map(site -> site.variable().name()).distinct().toList());
  }

  /** The first of some names, and how many more there are. */
  static String names(Collection<String> variables) {
    String text = String.join(", ", variables.stream().limit(SHOWN).toList());
    return variables.size() > SHOWN ? text + " and " + (variables.size() - SHOWN) + " more" : text;
  }

  private static String nothingFound(List<NearMiss> misses, Coverage found) {
    String message = "no gradient reaches an optimizer in this graph: no update op was found";
    if (misses.isEmpty() && found.count(Fate.UNFILTERED) > 0) {
      return message + " that can be filtered; " + SettledCoverage.unfiltered(found);
    }
    if (misses.isEmpty()) {
      return message
          + "; give the graph that trains if this one is for inference, or name a gradient with"
          + " --gradient VARIABLE=TENSOR if it trains in a way that no rule knows";
    }
    return message + " that can be filtered; nearest: " + misses.get(0);
  }
}
