package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.rewrite.Finding;

/** Runs every rule on every node; the first rule that has something to say of a node wins. */
final class SiteFinder {
  private static final List<SiteRule> RULES = List.of(new ApplyRule());

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
    return findings;
  }
}
