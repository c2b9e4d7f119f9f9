package org.grokfast.tools.verify.tensorflow.plan;

import java.util.List;
import java.util.Optional;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.proof.NodeIndex;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Where a filter stands in a graph that is being changed.
 *
 * @param graph the graph
 * @param function the function, if it stands in one
 * @param update a node that takes the filtered gradient
 * @param filtered the filtered gradient, as this place spells it
 */
record InsertionPoint(
    GraphDef.Builder graph,
    Optional<FunctionDef.Builder> function,
    NodeDef.Builder update,
    String filtered) {

  static InsertionPoint of(GraphDef.Builder graph, FilterNode filter) {
    Optional<FunctionDef.Builder> function =
        graph.getLibraryBuilder().getFunctionBuilderList().stream()
            .filter(f -> f.getSignature().getName().equals(filter.function()))
            .findFirst();
    List<NodeDef.Builder> nodes =
        function
            .map(FunctionDef.Builder::getNodeDefBuilderList)
            .orElseGet(graph::getNodeBuilderList);
    for (NodeDef.Builder node : nodes) {
      for (String input : node.getInputList()) {
        if (!input.startsWith("^") && NodeIndex.nodeOf(input).equals(filter.name())) {
          return new InsertionPoint(graph, function, node, input);
        }
      }
    }
    throw new GraphRewriteException(
        "nothing takes the filtered gradient '" + filter.name() + "'; rewrite the original again");
  }

  boolean isFunction() {
    return function.isPresent();
  }

  void add(NodeDef.Builder node) {
    function.ifPresentOrElse(f -> f.addNodeDef(node), () -> graph.addNode(node));
  }

  /** The first output of a node of this place; functions spell the output's name. */
  String output(String node, String output) {
    return isFunction() ? node + ":" + output + ":0" : node;
  }
}
