package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.Miss;
import org.grokfast.rewrite.UpdateSite;

/** Runs every rule on every node; the first rule that has something to say of a node wins. */
final class SiteFinder {
  private static final List<SiteRule> RULES =
      List.of(new ApplyRule(), new ScatterRule(), new AssignSubRule(), new CustomOpRule());

  private SiteFinder() {}

  /** What the rules find, in the order of the graph's nodes. */
  static List<Finding> find(TrainingGraph graph) {
    List<Finding> findings = new ArrayList<>();
    for (int id = 0; id < graph.size(); id++) {
      int node = id;
      RULES.stream()
          .flatMap(rule -> rule.examine(graph, node).stream())
          .findFirst()
          .ifPresent(findings::add);
    }
    return inControlFlow(graph, findings);
  }

  /** Findings with what control flow adds: branches are marked, loops can't be filtered. */
  private static List<Finding> inControlFlow(TrainingGraph graph, List<Finding> findings) {
    if (findings.stream().noneMatch(UpdateSite.class::isInstance)) {
      return findings;
    }
    ControlFlow flow = new ControlFlow(graph);
    List<Finding> placed = new ArrayList<>();
    for (Finding finding : findings) {
      placed.add(finding instanceof UpdateSite site ? placed(graph, flow, site) : finding);
    }
    return placed;
  }

  private static Finding placed(TrainingGraph graph, ControlFlow flow, UpdateSite site) {
    String node = site.edges().get(0).node();
    int id = graph.id(node);
    if (flow.isInLoop(id)) {
      return new Miss(
          node,
          site.evidence().rule(),
          "updates '" + site.variable().name() + "' inside a loop, where no state can be kept yet");
    }
    return flow.isConditional(id) ? site.inBranch() : site;
  }
}
