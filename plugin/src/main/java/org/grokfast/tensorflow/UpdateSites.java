package org.grokfast.tensorflow;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.rewrite.Finding;
import org.grokfast.tensorflow.find.Rules;
import org.grokfast.tensorflow.find.SiteContext;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.tensorflow.proto.GraphDef;

/** Finds where gradients reach optimizers; a read-only entry point. */
public final class UpdateSites {
  private UpdateSites() {}

  /**
   * What the rules find in a graph, near-misses included, in the order of its nodes, those of
   * functions after those of the main graph.
   *
   * @throws org.grokfast.rewrite.GraphRewriteException if two nodes have one name or an input names
   *     no node
   */
  public static List<Finding> find(GraphDef graph) {
    return find(Program.of(GraphParts.of(graph)));
  }

  /** The same for a graph that is indexed already. */
  public static List<Finding> find(Program program) {
    Map<String, Integer> order = new HashMap<>(Map.of(Program.MAIN, 0));
    program.functions().keySet().forEach(function -> order.put(function, order.size()));
    SiteContext context = new SiteContext(program);
    return Rules.ALL.stream()
        .flatMap(rule -> rule.find(program).stream())
        .sorted(
            Comparator.comparingInt((Finding finding) -> order.get(finding.function()))
                .thenComparingInt(
                    finding -> program.graph(finding.function()).id(finding.anchor())))
        .map(context::place)
        .toList();
  }
}
