package org.grokfast.tensorflow.serving;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.grokfast.tensorflow.graph.TensorName;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A part of a graph, to which groups can be added: nodes that run others, such as the one that
 * restores all variables. Of a group, the assignments of variables that are not in the part are
 * left out.
 */
final class NodeSelection {
  private static final Set<String> ASSIGNING_OPS = Set.of("Assign", "AssignVariableOp");

  private final GraphDef whole;
  private final Map<String, NodeDef> nodes = new HashMap<>();
  private final Set<String> part = new HashSet<>();
  private final Map<String, NodeDef> selected = new HashMap<>();

  NodeSelection(GraphDef whole, GraphDef part) {
    this.whole = whole;
    whole.getNodeList().forEach(node -> nodes.put(node.getName(), node));
    part.getNodeList().forEach(node -> this.part.add(node.getName()));
    part.getNodeList().forEach(node -> selected.put(node.getName(), node));
  }

  /** Adds a node with all that it needs; a name that is not in the graph adds nothing. */
  void addGroup(String name) {
    Deque<String> todo = new ArrayDeque<>();
    todo.add(name);
    while (!todo.isEmpty()) {
      NodeDef node = nodes.get(todo.remove());
      if (node == null || selected.containsKey(node.getName())) {
        continue;
      }
      NodeDef kept = isGroup(node) ? trimmed(node) : node;
      selected.put(node.getName(), kept);
      kept.getInputList().forEach(input -> todo.add(TensorName.nodeOf(input)));
    }
  }

  private static boolean isGroup(NodeDef node) {
    return node.getOp().equals("NoOp")
        && node.getInputList().stream().allMatch(input -> input.startsWith("^"));
  }

  private NodeDef trimmed(NodeDef group) {
    NodeDef.Builder result = group.toBuilder().clearInput();
    group.getInputList().stream().filter(this::stays).forEach(result::addInput);
    return result.build();
  }

  private boolean stays(String input) {
    NodeDef node = nodes.get(TensorName.nodeOf(input));
    return node != null
        && (!ASSIGNING_OPS.contains(node.getOp())
            || node.getInputCount() == 0
            || part.contains(TensorName.nodeOf(node.getInput(0))));
  }

  /** The selected nodes in the order of the whole graph, with all of its functions. */
  GraphDef graph() {
    GraphDef.Builder result = whole.toBuilder().clearNode();
    for (NodeDef node : whole.getNodeList()) {
      NodeDef kept = selected.get(node.getName());
      if (kept != null) {
        result.addNode(kept);
      }
    }
    return result.build();
  }
}
