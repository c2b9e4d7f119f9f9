package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.rewrite.GradientEdge;

/** Changes to a graph, collected and then made at once; the order of the nodes stays sorted. */
public final class OnnxEdit {
  private final OnnxGraph graph;
  private final List<NodeProto> first = new ArrayList<>();
  private final Map<Integer, List<NodeProto>> before = new TreeMap<>();
  private final List<NodeProto> last = new ArrayList<>();
  private final Map<GradientEdge, String> redirections = new HashMap<>();
  private final Map<String, String> moves = new HashMap<>();

  public OnnxEdit(OnnxGraph graph) {
    this.graph = graph;
  }

  OnnxGraph graph() {
    return graph;
  }

  /** Nodes in front of all others. */
  void addFirst(List<NodeProto> nodes) {
    first.addAll(nodes);
  }

  /** Nodes in front even of those. */
  public void addFront(List<NodeProto> nodes) {
    first.addAll(0, nodes);
  }

  /** Nodes behind all others. */
  void addLast(List<NodeProto> nodes) {
    last.addAll(nodes);
  }

  /** Nodes in front of the first of the nodes that take these edges, or behind all others. */
  void addBefore(List<GradientEdge> edges, List<NodeProto> nodes) {
    int place =
        edges.stream()
            .filter(edge -> !edge.isOutput())
            .mapToInt(edge -> graph.id(edge.node()))
            .min()
            .orElse(graph.size());
    before.computeIfAbsent(place, key -> new ArrayList<>()).addAll(nodes);
  }

  /** Makes an input take another tensor. */
  public void redirect(GradientEdge edge, String tensor) {
    redirections.put(
        new GradientEdge(Integer.toString(graph.id(edge.node())), edge.input()), tensor);
  }

  /** Gives a tensor another name, under which the nodes that are there make it and take it. */
  void move(String tensor, String name) {
    moves.put(tensor, name);
  }

  /** The graph with the nodes, inputs and names changed. */
  public GraphProto.Builder apply() {
    GraphProto.Builder result = graph.proto().toBuilder().clearNode();
    result.addAllNode(first);
    for (int id = 0; id < graph.size(); id++) {
      result.addAllNode(before.getOrDefault(id, List.of()));
      result.addNode(redirected(id));
    }
    result.addAllNode(before.getOrDefault(graph.size(), List.of()));
    return result.addAllNode(last);
  }

  private NodeProto redirected(int id) {
    NodeProto node = graph.node(id);
    NodeProto.Builder changed = node.toBuilder();
    boolean same = true;
    for (int input = 0; input < node.getInputCount(); input++) {
      String tensor = redirections.get(new GradientEdge(Integer.toString(id), input));
      tensor = tensor == null ? moves.get(node.getInput(input)) : tensor;
      if (tensor != null) {
        changed.setInput(input, tensor);
        same = false;
      }
    }
    for (int output = 0; output < node.getOutputCount(); output++) {
      String tensor = moves.get(node.getOutput(output));
      if (tensor != null) {
        changed.setOutput(output, tensor);
        same = false;
      }
    }
    return same ? node : changed.build();
  }
}
