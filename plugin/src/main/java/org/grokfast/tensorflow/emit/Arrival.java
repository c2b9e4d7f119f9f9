package org.grokfast.tensorflow.emit;

import java.util.BitSet;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.TensorName;

/**
 * Whether a counter of steps has to wait for a gradient. On one machine a step runs or fails as a
 * whole. On several, the gradients of a lost worker never arrive and no variable is updated; a
 * counter that did not wait would count the step all the same, and the windows of averages would be
 * out of step with it.
 */
final class Arrival {
  private final GraphIndex graph;
  private final Set<String> updates;

  /**
   * What counters of one graph or function wait for.
   *
   * @param graph that they are in
   * @param sites its sites; their updates wait for the counters
   */
  Arrival(GraphIndex graph, Collection<UpdateSite> sites) {
    this.graph = graph;
    this.updates =
        sites.stream()
            .flatMap(site -> site.edges().stream())
            .map(GradientEdge::node)
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether a counter can wait for a site's gradient: where it comes before every update. */
  boolean canWaitFor(UpdateSite site) {
    BitSet before = graph.ancestors(graph.id(TensorName.nodeOf(site.gradient())));
    return before.stream().noneMatch(id -> updates.contains(graph.name(id)));
  }
}
