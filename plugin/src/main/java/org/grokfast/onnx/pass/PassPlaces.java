package org.grokfast.onnx.pass;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.onnx.emit.PassPlace;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.pass.StepPass;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.coverage.VariableFate;

/** The places of all passes of a plan. Immutable. */
public final class PassPlaces {
  private final Map<String, Map<String, PassPlace>> places = new HashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();

  private PassPlaces() {}

  /**
   * Finds the places.
   *
   * @param plan what goes where
   * @param model the model that it is for
   * @throws GraphRewriteException naming the first parameter for which a pass is not possible
   */
  public static PassPlaces of(RewritePlan plan, TrainingModel model) {
    PassPlaces all = new PassPlaces();
    if (plan.sites().stream().allMatch(planned -> planned.passes().isEmpty())) {
      return all;
    }
    requireAllServed(plan);
    Set<String> trained = new HashSet<>();
    plan.sites().forEach(planned -> trained.add(planned.site().variable().name()));
    plan.coverage().fates().stream()
        .filter(each -> each.fate().isTrained())
        .forEach(each -> trained.add(each.variable()));
    all.add(plan, GraphLocation.MAIN, new SitePasses(model.graph(), carried(model), trained));
    for (int i = 0; i < model.trainingInfo().size(); i++) {
      OnnxGraph algorithm = new OnnxGraph(model.trainingInfo().get(i).getAlgorithm());
      all.add(
          plan, GraphLocation.algorithm(i), new SitePasses(algorithm, bound(model, i), trained));
    }
    return all;
  }

  /** The outputs of the main graph that hold next values, by what they are the next values of. */
  static Map<String, String> carried(TrainingModel model) {
    Map<String, String> carried = new LinkedHashMap<>();
    model.pairs().all().forEach(pair -> carried.put(pair.input(), pair.output()));
    return carried;
  }

  /** The same of an algorithm. */
  static Map<String, String> bound(TrainingModel model, int algorithm) {
    Map<String, String> bound = new LinkedHashMap<>();
    for (StringStringEntryProto binding :
        model.trainingInfo().get(algorithm).getUpdateBindingList()) {
      bound.put(binding.getKey(), binding.getValue());
    }
    return bound;
  }

  /** A parameter that is filtered together with another has no site of its own. */
  private static void requireAllServed(RewritePlan plan) {
    Map<String, PlannedSite> sites = new HashMap<>();
    for (PlannedSite planned : plan.sites()) {
      PlannedSite other = sites.putIfAbsent(planned.site().variable().name(), planned);
      if (other != null && !planned.passes().isEmpty()) {
        throw new GraphRewriteException(
            planned
                .passes()
                .get(0)
                .refusal(
                    planned.site().variable().name(),
                    planned.site().anchor(),
                    "it is updated at '"
                        + other.site().anchor()
                        + "' too, and no order is both's"));
      }
    }
    for (VariableFate fate : plan.coverage().fates()) {
      if (fate.fate().isFiltered() && !sites.containsKey(fate.variable())) {
        for (StepPass pass : plan.filter().options().passes()) {
          if (pass.selects(fate.variable())) {
            throw new GraphRewriteException(
                pass.refusal(fate.variable(), fate.writer(), fate.reason().why()));
          }
        }
      }
    }
  }

  private void add(RewritePlan plan, String location, SitePasses finder) {
    Map<String, PassPlace> own = places.computeIfAbsent(location, key -> new HashMap<>());
    for (PlannedSite planned : plan.sites()) {
      if (!planned.passes().isEmpty() && planned.site().evidence().trigger().equals(location)) {
        own.put(planned.site().variable().name(), finder.place(planned));
      }
    }
    notes.addAll(finder.notes());
  }

  /** The places in one graph, by parameter. */
  public Map<String, PassPlace> at(String location) {
    return Map.copyOf(places.getOrDefault(location, Map.of()));
  }

  /** What a user should know of them. */
  public List<String> notes() {
    return List.copyOf(notes);
  }
}
