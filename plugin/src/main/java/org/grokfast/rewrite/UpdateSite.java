package org.grokfast.rewrite;

import java.util.List;
import java.util.Optional;

/**
 * A place where a gradient reaches an optimizer.
 *
 * @param variable what is updated
 * @param gradient the gradient's tensor, spelled as the graph spells it
 * @param edges the inputs that are to take the filtered gradient instead
 * @param rows for a sparse gradient, the rows that it is of; empty for a dense one
 * @param evidence how the place was recognised
 * @param place the function that it is in; empty for the main graph. Tensors and edges are spelled
 *     as there
 */
public record UpdateSite(
    TrainedVariable variable,
    String gradient,
    List<GradientEdge> edges,
    Optional<Rows> rows,
    Evidence evidence,
    Optional<CallPath> place)
    implements Finding {

  /** Makes the edges immutable. */
  public UpdateSite {
    edges = List.copyOf(edges);
  }

  /** A site in the main graph. */
  public UpdateSite(
      TrainedVariable variable,
      String gradient,
      List<GradientEdge> edges,
      Optional<Rows> rows,
      Evidence evidence) {
    this(variable, gradient, edges, rows, evidence, Optional.empty());
  }

  /** A site with a dense gradient in the main graph. */
  public UpdateSite(
      TrainedVariable variable, String gradient, List<GradientEdge> edges, Evidence evidence) {
    this(variable, gradient, edges, Optional.empty(), evidence);
  }

  /** This site, run by other nodes. */
  public UpdateSite withTrigger(String trigger) {
    Evidence other =
        new Evidence(evidence.rule(), evidence.text(), trigger, evidence.conditional());
    return new UpdateSite(variable, gradient, edges, rows, other, place);
  }

  /** This site, in a branch that is not taken in every step. */
  public UpdateSite inBranch() {
    Evidence other = new Evidence(evidence.rule(), evidence.text(), evidence.trigger(), true);
    return new UpdateSite(variable, gradient, edges, rows, other, place);
  }

  @Override
  public String rule() {
    return evidence.rule();
  }

  @Override
  public String anchor() {
    return edges.get(0).node();
  }

  @Override
  public UpdateSite at(CallPath function) {
    return new UpdateSite(variable, gradient, edges, rows, evidence, Optional.of(function));
  }

  /**
   * The rows of a sparse gradient.
   *
   * @param indices the tensor of their numbers; duplicates mean a sum
   * @param wide whether the numbers have 64 bits rather than 32
   * @param edges the inputs that take the numbers
   */
  public record Rows(String indices, boolean wide, List<GradientEdge> edges) {
    /** Makes the edges immutable. */
    public Rows {
      edges = List.copyOf(edges);
    }
  }

  /**
   * How a place was recognised.
   *
   * @param rule the rule's name
   * @param text what it saw
   * @param trigger the nodes whose execution makes this update happen; sites with the same trigger
   *     always move together and share a step counter
   * @param conditional whether the update stands in a branch that is not taken in every step; its
   *     filter then counts the steps in which it is
   */
  public record Evidence(String rule, String text, String trigger, boolean conditional) {
    /** Evidence of an update that happens in every step. */
    public Evidence(String rule, String text, String trigger) {
      this(rule, text, trigger, false);
    }
  }
}
