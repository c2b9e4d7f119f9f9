package org.grokfast.tensorflow.inspect;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.TensorName;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** The assignments that give variables their first values. */
final class Initializers {
  /** First values come from a few nodes; what looks further is an update. */
  private static final int MOST_NODES = 64;

  private Initializers() {}

  /** The assignments, spelled {@code variable <- node}, in the order of the graph's nodes. */
  static Set<String> of(GraphDef graph, Map<String, NodeDef> nodes) {
    Set<String> result = new LinkedHashSet<>();
    for (NodeDef node : graph.getNodeList()) {
      if (OpTable.isAssignment(node.getOp()) && node.getInputCount() >= 2) {
        String variable = TensorName.nodeOf(node.getInput(0));
        if (isFirstValue(TensorName.nodeOf(node.getInput(1)), variable, nodes)) {
          result.add(variable + " <- " + node.getName());
        }
      }
    }
    return result;
  }

  /** Whether a value depends neither on the variable, nor on a checkpoint, nor on an input. */
  private static boolean isFirstValue(String value, String variable, Map<String, NodeDef> nodes) {
    Deque<String> todo = new ArrayDeque<>(Set.of(value));
    Set<String> seen = new HashSet<>();
    while (!todo.isEmpty()) {
      String name = todo.remove();
      NodeDef node = nodes.get(name);
      if (node == null || !seen.add(name)) {
        continue;
      }
      if (name.equals(variable)
          || node.getOp().startsWith("Restore")
          || node.getOp().equals("Placeholder")
          || seen.size() > MOST_NODES) {
        return false;
      }
      node.getInputList().forEach(input -> todo.add(TensorName.nodeOf(input)));
    }
    return true;
  }
}
