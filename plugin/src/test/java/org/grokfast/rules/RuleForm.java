package org.grokfast.rules;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.GradientFilter;
import org.grokfast.rewrite.RewriteReport;

/**
 * A graph format as tests of rules see it.
 *
 * @param <M> the message that holds a graph
 */
public interface RuleForm<M> {
  /** The graph of a text. */
  M parse(GraphText text);

  /** What the rules find, in order. */
  List<org.grokfast.rewrite.Finding> find(M graph);

  /**
   * Rewrites a graph.
   *
   * @param gradients gradients named by hand, by variable
   */
  Rewritten<M> rewrite(M graph, GradientFilter filter, Map<String, String> gradients);

  /**
   * A graph with its filter.
   *
   * @param graph the graph
   * @param report what was done
   */
  record Rewritten<M>(M graph, RewriteReport report) {}

  /** Takes the filter out again. */
  M strip(M graph);

  /** The bytes of a graph as a file has them. */
  byte[] bytes(M graph);

  /** Checks a graph as one that comes from a file is checked. */
  void validate(M graph);

  /** All nodes, those of functions too. */
  List<NodeLine> nodes(M graph);

  /** Whether a node was inserted. */
  boolean isInserted(M graph, NodeLine node);

  /** What an inserted node stands in for, if it does for anything: what others took before. */
  Optional<String> replaces(M graph, NodeLine node);

  /**
   * The bits of all variables after each of some steps, by variable; the same start and the same
   * data every time.
   *
   * @param graph a graph as {@link #runnable} makes it, perhaps rewritten
   * @param original the same before it was rewritten
   */
  Map<String, List<Integer>> run(M graph, M original);

  /** The graph with everything that a runtime asks for and the rules don't. */
  M runnable(M graph);
}
