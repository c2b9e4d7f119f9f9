package org.grokfast.tensorflow;

import java.util.List;
import org.grokfast.rewrite.Finding;
import org.grokfast.tensorflow.find.SiteFinder;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.tensorflow.proto.GraphDef;

/** Finds where gradients reach optimizers, for who only wants to look. */
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
    return SiteFinder.find(Program.of(GraphParts.of(graph)));
  }
}
