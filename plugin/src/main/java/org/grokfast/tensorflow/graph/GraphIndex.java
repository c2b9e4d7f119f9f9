package org.grokfast.tensorflow.graph;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.grokfast.graph.Adjacency;
import org.grokfast.graph.Reachability;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.nodes.NameIndex;
import org.grokfast.tensorflow.nodes.NodeList;
import org.tensorflow.proto.NodeDef;

/**
 * An index over a graph as it stands: nodes by name, producers and consumers by number. Reads,
 * never changes. Time and memory are linear in the number of edges.
 */
public final class GraphIndex {
  private static final String GRAPH = "the graph";

  private final GraphParts parts;
  private final String what;
  private final NameIndex ids;
  private final Adjacency producers;
  private final Adjacency consumers;
  private final Map<Class<?>, Object> derived = new HashMap<>();

  /**
   * Indexes a graph.
   *
   * @throws GraphRewriteException if two nodes have one name or an input names no node
   */
  public GraphIndex(GraphParts parts) {
    this(parts, GRAPH);
  }

  /**
   * Indexes a graph or the body of a function.
   *
   * @param what it is, for messages
   * @throws GraphRewriteException as the other
   */
  public GraphIndex(GraphParts parts, String what) {
    this.parts = parts;
    this.what = what;
    NodeList nodes = parts.nodes();
    ids = new NameIndex(nodes);
    for (int i = 0; i < nodes.size(); i++) {
      if (ids.add(i) != NameIndex.NONE) {
        throw new GraphRewriteException(
            what + " has two nodes named '" + nodes.name(i) + "'; names must be unique");
      }
    }
    Adjacency.Builder edges = new Adjacency.Builder(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      addProducers(i, edges);
    }
    producers = edges.build();
    consumers = producers.reversed();
  }

  private void addProducers(int node, Adjacency.Builder edges) {
    List<String> inputs = inputs(node);
    for (int i = 0; i < inputs.size(); i++) {
      int id = ids.find(TensorName.nodeOf(inputs.get(i)));
      if (id == NameIndex.NONE) {
        throw new GraphRewriteException(
            "node '"
                + name(node)
                + "' takes input "
                + i
                + " from '"
                + inputs.get(i)
                + "', but "
                + what
                + " has no such node");
      }
      edges.add(id);
    }
    edges.end();
  }

  /**
   * What is derived from this index, made when it is first asked for and then kept.
   *
   * @param what the kind of thing
   * @param made makes it
   */
  <T> T derived(Class<T> what, Function<GraphIndex, T> made) {
    Object known = derived.get(what);
    if (known == null) {
      known = made.apply(this);
      derived.put(what, known);
    }
    return what.cast(known);
  }

  public GraphParts parts() {
    return parts;
  }

  public int size() {
    return producers.size();
  }

  public NodeList nodes() {
    return parts.nodes();
  }

  public NodeDef node(int id) {
    return nodes().get(id);
  }

  public String name(int id) {
    return nodes().name(id);
  }

  public String op(int id) {
    return nodes().op(id);
  }

  /** The inputs of a node as the graph spells them. */
  public List<String> inputs(int id) {
    return nodes().inputs(id);
  }

  /** How many inputs a node has, control inputs included. */
  public int inputCount(int id) {
    return producers.count(id);
  }

  public boolean has(String name) {
    return ids.find(name) != NameIndex.NONE;
  }

  /**
   * The number of the node with this name.
   *
   * @throws GraphRewriteException if there is none
   */
  public int id(String name) {
    int id = ids.find(name);
    if (id == NameIndex.NONE) {
      throw new GraphRewriteException(what + " has no node named '" + name + "'");
    }
    return id;
  }

  /**
   * The number of the node that makes input {@code index} of node {@code id}.
   *
   * @throws GraphRewriteException if the node has no such input
   */
  public int producer(int id, int index) {
    requireInput(id, index);
    return producers.target(id, index);
  }

  /**
   * Input {@code index} of node {@code id} as the graph spells it.
   *
   * @throws GraphRewriteException if the node has no such input
   */
  public String input(int id, int index) {
    requireInput(id, index);
    return inputs(id).get(index);
  }

  private void requireInput(int id, int index) {
    if (index >= inputCount(id)) {
      throw new GraphRewriteException(
          "node '"
              + name(id)
              + "' ("
              + op(id)
              + ") has "
              + inputCount(id)
              + " inputs, but its input "
              + index
              + " is needed; the graph is damaged");
    }
  }

  /** The numbers of the nodes whose outputs node {@code id} takes, control inputs included. */
  public IntStream producers(int id) {
    return producers.stream(id);
  }

  /** The numbers of the nodes that take an output of node {@code id}, once an edge. */
  public IntStream consumers(int id) {
    return consumers.stream(id);
  }

  /** The nodes that run when a node runs, itself included. */
  public BitSet ancestors(int id) {
    return Reachability.from(id, this::producers);
  }
}
