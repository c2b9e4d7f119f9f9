package org.grokfast.tensorflow.sharing;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.graph.Branches;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;

/**
 * Sites that share one state: those of one variable that never run in one step, as the branches of
 * a conditional do, and those where one optimizer steps it several times in a function. The state
 * is advanced by each that runs. Two optimizers that each step a variable have a state each.
 */
public final class StateGroups {
  private final IdentityHashMap<PlannedSite, Group> groups = new IdentityHashMap<>();

  /**
   * What sites share.
   *
   * @param state the key of their state
   * @param counter the key of their counter of steps
   * @param inTurn whether several of them run in one step, one after the other
   */
  public record Group(String state, String counter, boolean inTurn) {}

  public StateGroups(RewritePlan plan, Program program) {
    Branches branches = new Branches(program);
    List<List<PlannedSite>> found = new ArrayList<>();
    for (PlannedSite site : plan.sites()) {
      found.stream()
          .filter(
              group ->
                  group.stream()
                      .allMatch(
                          other ->
                              alike(site, other)
                                  && (alternate(branches, site, other)
                                      || inTurn(program, other, site))))
          .findFirst()
          .orElseGet(
              () -> {
                found.add(new ArrayList<>());
                return found.get(found.size() - 1);
              })
          .add(site);
    }
    for (int i = 0; i < found.size(); i++) {
      List<PlannedSite> sites = found.get(i);
      if (sites.size() > 1) {
        boolean inTurn = !allAlternate(branches, sites);
        Group group = new Group(Integer.toString(i), counter(sites, i), inTurn);
        sites.forEach(site -> groups.put(site, group));
      }
    }
  }

  private static boolean allAlternate(Branches branches, List<PlannedSite> sites) {
    for (int i = 0; i < sites.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (!alternate(branches, sites.get(i), sites.get(j))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean alike(PlannedSite first, PlannedSite second) {
    return first.site().variable().equals(second.site().variable())
        && first.isLazy() == second.isLazy();
  }

  private static boolean alternate(Branches branches, PlannedSite first, PlannedSite second) {
    UpdateSite site = first.site();
    UpdateSite other = second.site();
    return branches.exclude(site.function(), site.anchor(), other.function(), other.anchor());
  }

  /**
   * Whether one optimizer steps a variable twice in a function, the second time after the first.
   */
  private static boolean inTurn(Program program, PlannedSite first, PlannedSite second) {
    UpdateSite before = first.site();
    UpdateSite after = second.site();
    if (before.place().isEmpty()
        || !before.function().equals(after.function())
        || !before.rule().equals(after.rule())) {
      return false;
    }
    GraphIndex graph = program.graph(before.function());
    int one = graph.id(before.anchor());
    int other = graph.id(after.anchor());
    int gradient = graph.id(TensorName.nodeOf(after.gradient()));
    return variables(graph, one).equals(variables(graph, other))
        && graph.op(one).equals(graph.op(other))
        && before.edges().stream()
            .allMatch(edge -> graph.ancestors(gradient).get(graph.id(edge.node())));
  }

  private static List<String> variables(GraphIndex graph, int node) {
    List<String> names = new ArrayList<>();
    for (int input = 0; input < graph.inputCount(node); input++) {
      VariableNode.behind(graph, node, input).ifPresent(variable -> names.add(variable.name()));
    }
    return names;
  }

  /** Sites of functions count with all others that stand in the same functions. */
  private static String counter(List<PlannedSite> sites, int number) {
    TreeSet<String> places = new TreeSet<>();
    for (PlannedSite site : sites) {
      if (site.site().evidence().conditional() || site.site().place().isEmpty()) {
        return "site " + number;
      }
      places.add(site.site().function() + " run by " + site.site().evidence().trigger());
    }
    return places.size() < sites.size() ? "site " + number : String.join(", ", places);
  }

  /** What a site shares with others. */
  public Optional<Group> of(PlannedSite site) {
    return Optional.ofNullable(groups.get(site));
  }
}
