package org.grokfast.rewrite;

import java.util.List;

/**
 * A place where a gradient reaches an optimizer.
 *
 * @param variable what is updated
 * @param gradient the gradient's tensor, spelled as the graph spells it
 * @param edges the inputs that are to take the filtered gradient instead
 * @param evidence how the place was recognised
 */
public record UpdateSite(
    TrainedVariable variable, String gradient, List<GradientEdge> edges, Evidence evidence)
    implements Finding {

  /** Makes the edges immutable. */
  public UpdateSite {
    edges = List.copyOf(edges);
  }

  /** This site, run by other nodes. */
  public UpdateSite withTrigger(String trigger) {
    Evidence other = new Evidence(evidence.rule(), evidence.text(), trigger);
    return new UpdateSite(variable, gradient, edges, other);
  }

  /**
   * How a place was recognised.
   *
   * @param rule the rule's name
   * @param text what it saw
   * @param trigger the nodes whose execution makes this update happen; sites with the same trigger
   *     always move together and share a step counter
   */
  public record Evidence(String rule, String text, String trigger) {}
}
