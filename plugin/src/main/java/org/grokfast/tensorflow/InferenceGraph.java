package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import org.grokfast.rewrite.GraphRewriteException;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** What remains of a training graph for inference: the nodes that given outputs need. */
public final class InferenceGraph {
  private InferenceGraph() {}

  /**
   * The part of a graph that computes the outputs. Initializers, savers, gradients, optimizers and
   * filters are left out, since no output needs them.
   *
   * @param graph a training graph
   * @param outputs tensor names, {@code logits} or {@code logits:0}
   * @throws GraphRewriteException if an output does not exist, or needs a node that trains
   */
  public static GraphDef prune(GraphDef graph, Collection<String> outputs) {
    TrainingGraph index = new TrainingGraph(graph);
    BitSet needed = new BitSet();
    for (String output : outputs) {
      int id = index.id(TensorName.nodeOf(output));
      BitSet ancestors = TrainOpCopy.ancestors(index, id);
      requireNoTraining(index, ancestors, output);
      needed.or(ancestors);
    }
    List<NodeDef> kept = new ArrayList<>();
    needed.stream().forEach(id -> kept.add(index.node(id)));
    return graph.toBuilder().clearNode().addAllNode(kept).build();
  }

  private static void requireNoTraining(TrainingGraph index, BitSet nodes, String output) {
    nodes.stream()
        .mapToObj(index::node)
        .filter(
            node ->
                Provenance.isInserted(node)
                    || ApplyOps.denseGradientInput(node.getOp()).isPresent()
                    || ApplyOps.sparseGradientInput(node.getOp()).isPresent())
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
