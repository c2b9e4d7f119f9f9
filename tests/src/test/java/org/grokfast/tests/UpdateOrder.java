package org.grokfast.tests;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Settles the order of an optimizer's shared scalars.
 *
 * <p>The framework's Adam, Adamax and AdaGradDA update their beta powers or step number with no
 * order against the training ops that read them, so that two runs of one graph differ. To compare
 * two graphs bit for bit, both get the order that is missing: updates that were added before the
 * training ops run before them, all others after them.
 */
final class UpdateOrder {
  private UpdateOrder() {}

  static GraphDef settle(GraphDef graph, String trainOp) {
    Map<String, Integer> ids = new HashMap<>();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      ids.put(graph.getNode(i).getName(), i);
    }
    List<Integer> applies = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    for (String input : graph.getNode(ids.get(trainOp)).getInputList()) {
      int id = updateBehind(graph, ids, ids.get(input.substring(1)));
      String op = graph.getNode(id).getOp();
      if (op.startsWith("Apply")) {
        applies.add(id);
      } else if (op.startsWith("Assign")) {
        others.add(id);
      }
    }
    GraphDef.Builder ordered = graph.toBuilder();
    if (applies.isEmpty()) {
      return graph;
    }
    for (int other : others) {
      boolean first = other < added(graph, ids, applies.get(0));
      for (int apply : applies) {
        NodeDef.Builder later = ordered.getNodeBuilder(first ? apply : other);
        addControl(later, graph.getNode(first ? other : apply).getName());
      }
    }
    return ordered.build();
  }

  /** Where something follows an update, its name waits for it and the update has another one. */
  private static int updateBehind(GraphDef graph, Map<String, Integer> ids, int id) {
    return graph.getNode(id).getInputList().stream()
        .filter(input -> graph.getNode(id).getOp().equals("RefIdentity") && input.startsWith("^"))
        .map(input -> ids.get(input.substring(1)))
        .filter(behind -> graph.getNode(behind).getOp().startsWith("Apply"))
        .findFirst()
        .orElse(id);
  }

  /** When the update was added that something follows now: its new name came later. */
  private static int added(GraphDef graph, Map<String, Integer> ids, int id) {
    NodeDef node = graph.getNode(id);
    return node.containsAttr("_grokfast_moved_from")
        ? ids.get(node.getAttrOrThrow("_grokfast_moved_from").getS().toStringUtf8())
        : id;
  }

  private static void addControl(NodeDef.Builder node, String before) {
    Set<String> present = new HashSet<>(node.getInputList());
    if (!present.contains("^" + before)) {
      node.addInput("^" + before);
    }
  }
}
