package org.grokfast.tensorflow.edit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.nodes.EditedNodes;
import org.grokfast.tensorflow.nodes.NodeList;
import org.tensorflow.proto.NodeDef;

/** Changes to the nodes of a graph, collected and then made at once. Order and all else stay. */
public final class GraphEdit {
  private final GraphIndex graph;
  private final Map<Integer, NodeDef.Builder> changed = new TreeMap<>();

  public GraphEdit(GraphIndex graph) {
    this.graph = graph;
  }

  public GraphIndex graph() {
    return graph;
  }

  /** Changes one node, on top of earlier changes. */
  public void change(int id, Consumer<NodeDef.Builder> change) {
    change.accept(changed.computeIfAbsent(id, i -> graph.node(i).toBuilder()));
  }

  /** A node with the changes so far. */
  public NodeDef current(int id) {
    NodeDef.Builder builder = changed.get(id);
    return builder == null ? graph.node(id) : builder.build();
  }

  /** Makes a node wait for another. */
  public void addControlInput(int id, String node) {
    change(id, builder -> builder.addInput(TensorName.control(node)));
  }

  /** The nodes with the changes, and with {@code added} after those that were there. */
  public NodeList apply(List<NodeDef> added) {
    Map<Integer, NodeDef> built = new HashMap<>();
    changed.forEach((id, node) -> built.put(id, node.build()));
    return EditedNodes.adding(graph.nodes(), built, added);
  }
}
