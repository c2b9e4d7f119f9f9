package org.grokfast.tensorflow.edit;

import java.util.BitSet;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.grokfast.graph.Reachability;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.Provenance;
import org.tensorflow.proto.NodeDef;

/**
 * The shapes that an exporter wrote down beside the nodes, where they no longer hold.
 *
 * <p>A sparse update that is to see every row works on more rows than before, and importing a graph
 * fails where {@code _output_shapes} contradicts what follows from the ops. On the way from the
 * redirected inputs to the ops that write variables, the attribute is therefore set aside under
 * another name; stripping brings it back.
 */
public final class OutputShapes {
  private static final String ATTRIBUTE = "_output_shapes";

  private OutputShapes() {}

  /** Sets the attribute aside on the nodes that a densified site's rows go through. */
  public static void setAside(GraphEdit edit, UpdateSite site) {
    GraphIndex graph = edit.graph();
    IntPredicate passes = id -> !OpTable.isWrite(graph.op(id));
    BitSet starts = new BitSet();
    Stream.concat(site.edges().stream(), site.rows().orElseThrow().edges().stream())
        .map(GradientEdge::node)
        .mapToInt(graph::id)
        .filter(passes)
        .forEach(starts::set);
    Reachability.from(starts, graph::consumers, passes).stream()
        .filter(id -> graph.node(id).containsAttr(ATTRIBUTE))
        .forEach(id -> edit.change(id, OutputShapes::setAside));
  }

  private static void setAside(NodeDef.Builder node) {
    if (!node.containsAttr(ATTRIBUTE)) {
      // The rows of another site came this way too.
      return;
    }
    node.putAttr(Provenance.OUTPUT_SHAPES, node.getAttrOrThrow(ATTRIBUTE)).removeAttr(ATTRIBUTE);
  }

  /** The node with the attribute as it was. */
  public static NodeDef restore(NodeDef node) {
    if (!node.containsAttr(Provenance.OUTPUT_SHAPES)) {
      return node;
    }
    return node.toBuilder()
        .putAttr(ATTRIBUTE, node.getAttrOrThrow(Provenance.OUTPUT_SHAPES))
        .removeAttr(Provenance.OUTPUT_SHAPES)
        .build();
  }
}
