package org.grokfast.tensorflow.proof;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TensorName;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** The nodes of a graph by name. */
public final class NodeIndex {
  private final GraphDef graph;
  private final Map<String, NodeDef> nodes = new HashMap<>();

  /** The nodes of a graph. */
  public NodeIndex(GraphDef graph) {
    this.graph = graph;
    graph.getNodeList().forEach(node -> nodes.put(node.getName(), node));
  }

  /** The graph. */
  public GraphDef graph() {
    return graph;
  }

  /** Whether there is a node of a name. */
  public boolean has(String name) {
    return nodes.containsKey(name);
  }

  /** The node of a name. */
  public Optional<NodeDef> find(String name) {
    return Optional.ofNullable(nodes.get(name));
  }

  /** The node of a name; {@code where} says in the message who wanted it. */
  public NodeDef require(String name, String where) {
    return find(name)
        .orElseThrow(() -> new GraphRewriteException(where + ": there is no node '" + name + "'"));
  }

  /** The nodes that some nodes need, themselves included, nearest first. */
  public Set<String> ancestors(Collection<String> names) {
    Set<String> seen = new LinkedHashSet<>(names);
    Deque<String> todo = new ArrayDeque<>(names);
    while (!todo.isEmpty()) {
      find(todo.remove())
          .ifPresent(
              node ->
                  node.getInputList().stream()
                      .map(NodeIndex::nodeOf)
                      .filter(seen::add)
                      .forEach(todo::add));
    }
    return seen;
  }

  /** A text attribute. */
  public static Optional<String> text(NodeDef node, String attribute) {
    return Provenance.text(node, attribute);
  }

  /** The node of {@code node}, {@code node:0} and {@code ^node}. */
  public static String nodeOf(String tensor) {
    return TensorName.nodeOf(tensor);
  }
}
