package org.grokfast.rewrite;

import java.util.List;

/**
 * One way in which optimizers take a gradient. A rule is one file with a test beside it, and one
 * entry in its format's list of rules.
 *
 * <p>A rule reads the graph and changes nothing. What looks like its kind of update but can't be
 * filtered is a {@link NearMiss} that says why; what is nothing of its kind it leaves out.
 *
 * @param <G> what the rule looks at: a graph of one format, with all that was indexed of it
 */
public interface SiteRule<G> {
  /** The rule's name in reports: lower case, words joined by hyphens, never changed. */
  String name();

  /** The updates that the rule knows, in one line without a full stop. */
  String description();

  /**
   * The sites and near-misses of a graph, in a fixed order. Those in functions say so ({@link
   * Finding#place}).
   */
  List<Finding> find(G graph);
}
