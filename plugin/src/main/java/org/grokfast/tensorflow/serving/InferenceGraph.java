package org.grokfast.tensorflow.serving;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.graph.FunctionLibrary;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** What remains of a training graph for inference: the nodes that given outputs need. */
public final class InferenceGraph {
  private InferenceGraph() {}

  /**
   * The part of a graph that computes the outputs. Initializers, savers, gradients, optimizers and
   * filters are left out, since no output needs them, and so are functions that nothing calls.
   *
   * @param graph a training graph
   * @param outputs tensor names, {@code logits} or {@code logits:0}
   * @throws GraphRewriteException if an output does not exist, or needs a node that trains
   */
  public static GraphDef prune(GraphDef graph, Collection<String> outputs) {
    GraphIndex index = new GraphIndex(GraphParts.of(graph));
    BitSet needed = new BitSet();
    for (String output : outputs) {
      int id = index.id(TensorName.nodeOf(output));
      BitSet ancestors = index.ancestors(id);
      requireNoTraining(index, ancestors, output);
      needed.or(ancestors);
    }
    List<NodeDef> kept = new ArrayList<>();
    needed.stream().forEach(id -> kept.add(index.node(id)));
    GraphDef pruned =
        FunctionLibrary.keepUsed(graph.toBuilder().clearNode().addAllNode(kept).build());
    requireNoTraining(pruned, outputs);
    return pruned;
  }

  /**
   * The first node or function that gives a variable a new value, which a model for serving rarely
   * does: a step written with plain assignments, or a counter.
   *
   * @param graph a pruned graph
   */
  public static Optional<String> writer(GraphDef graph) {
    return graph.getNodeList().stream()
        .filter(InferenceGraph::writes)
        .map(node -> "node '" + node.getName() + "' (" + node.getOp() + ")")
        .findFirst()
        .or(
            () ->
                FunctionLibrary.firstWith(graph, InferenceGraph::writes)
                    .map(function -> "function '" + function + "'"));
  }

  private static boolean writes(NodeDef node) {
    return OpTable.isPlainWrite(node.getOp());
  }

  private static boolean trains(NodeDef node) {
    return Provenance.isInserted(node) || OpTable.isTraining(node.getOp());
  }

  private static void requireNoTraining(GraphDef pruned, Collection<String> outputs) {
    FunctionLibrary.firstWith(
            pruned, node -> trains(node) || node.getOp().equals("AssignSubVariableOp"))
        .ifPresent(
            function -> {
              throw new GraphRewriteException(
                  "the outputs "
                      + String.join(", ", outputs)
                      + " need function '"
                      + function
                      + "', which trains; name outputs that do not");
            });
  }

  private static void requireNoTraining(GraphIndex index, BitSet nodes, String output) {
    nodes.stream()
        .mapToObj(index::node)
        .filter(InferenceGraph::trains)
        .findFirst()
        .ifPresent(
            node -> {
              throw new GraphRewriteException(
                  "output '"
                      + output
                      + "' needs node '"
                      + node.getName()
                      + "' ("
                      + node.getOp()
                      + "), which trains; name an output that does not");
            });
  }
}
