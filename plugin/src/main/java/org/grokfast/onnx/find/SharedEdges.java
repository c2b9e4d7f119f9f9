package org.grokfast.onnx.find;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Reason;

/**
 * Parameters whose updates take one gradient through the same input of a node, as where {@code
 * lr·g} is computed once for both, can't be filtered separately. Of those that share all such
 * inputs the first stands for all; where they share some, none is filtered.
 */
final class SharedEdges {
  private final Map<Input, List<UpdateSite>> sites = new HashMap<>();

  private SharedEdges() {}

  /** An input of a node, in one of a model's graphs. */
  private record Input(String graph, GradientEdge edge) {}

  /** The findings with near-misses in place of the sites that can't be filtered by themselves. */
  static List<Finding> resolve(List<Finding> findings) {
    SharedEdges shared = new SharedEdges();
    for (Finding finding : findings) {
      if (finding instanceof UpdateSite site) {
        site.edges().forEach(edge -> shared.at(site, edge).add(site));
      }
    }
    List<Finding> resolved = new ArrayList<>();
    for (Finding finding : findings) {
      resolved.add(finding instanceof UpdateSite site ? shared.resolved(site) : finding);
    }
    return resolved;
  }

  private List<UpdateSite> at(UpdateSite site, GradientEdge edge) {
    return sites.computeIfAbsent(
        new Input(site.evidence().trigger(), edge), key -> new ArrayList<>());
  }

  private Finding resolved(UpdateSite site) {
    Set<UpdateSite> together = new LinkedHashSet<>();
    site.edges().forEach(edge -> together.addAll(at(site, edge)));
    UpdateSite first = together.iterator().next();
    boolean alike = together.stream().allMatch(other -> other.edges().equals(site.edges()));
    if (alike && first.equals(site)) {
      return site;
    }
    String start =
        "the update of '" + site.variable().name() + "' takes the gradient '" + site.gradient();
    if (alike) {
      return miss(
          site,
          Reason.of(
              start
                  + "' through the same node as that of '"
                  + first.variable().name()
                  + "', whose filter acts on both",
              "include, exclude or override them under that name"));
    }
    String other =
        together.stream()
            .filter(sharer -> !sharer.equals(site))
            .findFirst()
            .orElseThrow()
            .variable()
            .name();
    return miss(
        site,
        Reason.of(
            start
                + "' through a node that that of '"
                + other
                + "' shares in part, so that they can't be filtered apart",
            "export a step that updates each parameter by nodes of its own"));
  }

  private static NearMiss miss(UpdateSite site, Reason reason) {
    return new NearMiss(site.edges().get(0).node(), site.evidence().rule(), reason);
  }
}
