package org.grokfast.tools.verify.tensorflow.plan;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.tensorflow.proof.NodeIndex;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * The last node of a filter.
 *
 * @param node the node
 * @param function the name of the function that it stands in; empty for the main graph
 * @param place the nodes among which it stands
 */
record FilterNode(NodeDef node, String function, NodeIndex place) {

  /** All of a program, the main graph's first. */
  static List<FilterNode> of(NodeIndex main) {
    List<FilterNode> found = new ArrayList<>(in("", main));
    for (FunctionDef function : main.graph().getLibrary().getFunctionList()) {
      GraphDef body = GraphDef.newBuilder().addAllNode(function.getNodeDefList()).build();
      found.addAll(in(function.getSignature().getName(), new NodeIndex(body)));
    }
    return found;
  }

  private static List<FilterNode> in(String function, NodeIndex place) {
    return place.graph().getNodeList().stream()
        .filter(node -> node.containsAttr(InsertedNames.FILTER_ATTRIBUTE))
        .map(node -> new FilterNode(node, function, place))
        .toList();
  }

  String name() {
    return node.getName();
  }

  /** Whether its tensors can't be fetched. */
  boolean isInFunction() {
    return !function.isEmpty();
  }
}
