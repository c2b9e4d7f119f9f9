package org.grokfast.onnx.pass;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.next.UpdateConditions;
import org.grokfast.onnx.next.UpdateConditions.Condition;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.UpdateSite;

/**
 * The conditions on which the updates of a plan are made.
 *
 * @param all what has to hold, for every site; none for most
 */
public record SiteConditions(Map<UpdateSite, Set<Condition>> all) {
  /** How many names a note shows. */
  private static final int SHOWN = 8;

  /** Finds the conditions of all sites of a plan. */
  public static SiteConditions of(RewritePlan plan, TrainingModel model) {
    Map<UpdateSite, Set<Condition>> all = new LinkedHashMap<>();
    add(all, plan, GraphLocation.MAIN, model.graph(), PassPlaces.carried(model));
    for (int i = 0; i < model.trainingInfo().size(); i++) {
      OnnxGraph algorithm = new OnnxGraph(model.trainingInfo().get(i).getAlgorithm());
      add(all, plan, GraphLocation.algorithm(i), algorithm, PassPlaces.bound(model, i));
    }
    return new SiteConditions(all);
  }

  private static void add(
      Map<UpdateSite, Set<Condition>> all,
      RewritePlan plan,
      String location,
      OnnxGraph graph,
      Map<String, String> carried) {
    UpdateConditions conditions = new UpdateConditions(graph, carried.values());
    for (PlannedSite planned : plan.sites()) {
      UpdateSite site = planned.site();
      if (site.evidence().trigger().equals(location)) {
        all.put(site, conditions.of(site.edges()));
      }
    }
  }

  /** Those of some sites. */
  public Map<UpdateSite, Set<Condition>> of(List<PlannedSite> sites) {
    Map<UpdateSite, Set<Condition>> some = new LinkedHashMap<>();
    sites.forEach(planned -> some.put(planned.site(), all.get(planned.site())));
    return some;
  }

  /** What a user should know of them. */
  public List<String> notes() {
    Map<Set<Condition>, List<String>> parameters = new LinkedHashMap<>();
    all.forEach(
        (site, conditions) ->
            parameters
                .computeIfAbsent(conditions, key -> new ArrayList<>())
                .add(site.variable().name()));
    parameters.remove(Set.of());
    return parameters.entrySet().stream()
        .map(each -> note(each.getKey(), each.getValue()))
        .toList();
  }

  private static String note(Set<Condition> conditions, List<String> parameters) {
    return "the filter's state of "
        + parameters.stream()
            .limit(SHOWN)
            .map(name -> "'" + name + "'")
            .collect(Collectors.joining(", "))
        + (parameters.size() > SHOWN ? " and " + (parameters.size() - SHOWN) + " more" : "")
        + " moves only in steps that make the update: those in which "
        + conditions.stream().map(Condition::text).collect(Collectors.joining(" and "));
  }
}
