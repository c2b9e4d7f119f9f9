package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.tensorflow.proto.GraphDef;
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

  /** The graph with the changes, and with {@code added} after the nodes that were there. */
  GraphDef apply(List<NodeDef> added) {
    GraphDef.Builder result = graph.graphDef().toBuilder();
    changed.forEach((id, node) -> result.setNode(id, node));
    List<NodeDef> copy = new ArrayList<>(added);
    return result.addAllNode(copy).build();
  }
}
