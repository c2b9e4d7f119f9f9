package org.grokfast.tensorflow;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.grokfast.tensorflow.nodes.EditedNodes;
import org.grokfast.tensorflow.nodes.NodeList;
import org.tensorflow.proto.NodeDef;

/** Changes to the nodes of a graph, collected and then made at once. Order and all else stay. */
final class GraphEdit {
  private final TrainingGraph graph;
  private final Map<Integer, NodeDef.Builder> changed = new TreeMap<>();

  GraphEdit(TrainingGraph graph) {
    this.graph = graph;
  }

  TrainingGraph graph() {
    return graph;
  }

  /** Changes one node, on top of earlier changes. */
  void change(int id, Consumer<NodeDef.Builder> change) {
    change.accept(changed.computeIfAbsent(id, i -> graph.node(i).toBuilder()));
  }

  /** Makes a node wait for another. */
  void addControlInput(int id, String node) {
    change(id, builder -> builder.addInput(TensorName.control(node)));
  }

  /** The nodes with the changes, and with {@code added} after those that were there. */
  NodeList apply(List<NodeDef> added) {
    Map<Integer, NodeDef> built = new HashMap<>();
    changed.forEach((id, node) -> built.put(id, node.build()));
    return EditedNodes.adding(graph.nodes(), built, added);
  }
}
