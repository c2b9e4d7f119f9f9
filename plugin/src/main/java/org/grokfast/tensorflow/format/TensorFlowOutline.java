package org.grokfast.tensorflow.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GraphOutline;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.UpdateSites;
import org.grokfast.tensorflow.graph.TensorName;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * The nodes of a GraphDef for pictures.
 *
 * @param graph the graph
 */
record TensorFlowOutline(GraphDef graph) implements GraphOutline {
  /** What TensorFlow calls the node that an argument of a function becomes. */
  private static final String ARGUMENT = "_Arg";

  @Override
  public Map<String, Set<String>> updates() {
    Map<String, Set<String>> updates = new LinkedHashMap<>();
    for (Finding finding : UpdateSites.find(graph)) {
      if (finding instanceof UpdateSite site) {
        Set<String> here =
            updates.computeIfAbsent(site.function(), function -> new LinkedHashSet<>());
        site.edges().forEach(edge -> here.add(edge.node()));
      }
    }
    return updates;
  }

  @Override
  public Map<String, Node> nodes(String function) {
    Map<String, Node> byName = new LinkedHashMap<>();
    if (function.isEmpty()) {
      graph.getNodeList().forEach(node -> byName.put(node.getName(), node(node)));
      return byName;
    }
    for (FunctionDef def : graph.getLibrary().getFunctionList()) {
      if (def.getSignature().getName().equals(function)) {
        def.getSignature()
            .getInputArgList()
            .forEach(arg -> byName.put(arg.getName(), new Node(ARGUMENT, List.of())));
        def.getNodeDefList().forEach(node -> byName.put(node.getName(), node(node)));
      }
    }
    return byName;
  }

  private static Node node(NodeDef node) {
    List<Input> inputs = new ArrayList<>();
    for (String tensor : node.getInputList()) {
      inputs.add(new Input(TensorName.nodeOf(tensor), tensor, tensor.startsWith("^")));
    }
    return new Node(node.getOp(), inputs);
  }
}
