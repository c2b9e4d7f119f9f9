package org.grokfast.tensorflow;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.grokfast.rewrite.GraphRewriteException;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * An index over a graph as it stands: nodes by name, producers and consumers by number. Reads,
 * never changes. Time and memory are linear in the number of edges.
 */
final class TrainingGraph {
  private static final String GRAPH = "the graph";

  private final GraphDef graph;
  private final String what;
  private final Map<String, Integer> ids;
  private final int[][] producers;
  private final int[] consumerStart;
  private final int[] consumers;
  private Triggers triggers;

  /**
   * Indexes a graph.
   *
   * @throws GraphRewriteException if two nodes have one name or an input names no node
   */
  TrainingGraph(GraphDef graph) {
    this(graph, GRAPH);
  }

  /**
   * Indexes a graph or the body of a function.
   *
   * @param what it is, for messages
   * @throws GraphRewriteException as the other
   */
  TrainingGraph(GraphDef graph, String what) {
    this.graph = graph;
    this.what = what;
    int count = graph.getNodeCount();
    ids = new HashMap<>(count * 2);
    for (int i = 0; i < count; i++) {
      String name = graph.getNode(i).getName();
      if (ids.put(name, i) != null) {
        throw new GraphRewriteException(
            what + " has two nodes named '" + name + "'; names must be unique");
      }
    }
    producers = new int[count][];
    consumerStart = new int[count + 1];
    for (int i = 0; i < count; i++) {
      producers[i] = producersOf(graph.getNode(i));
      for (int producer : producers[i]) {
        consumerStart[producer + 1]++;
      }
    }
    Arrays.parallelPrefix(consumerStart, Integer::sum);
    consumers = new int[consumerStart[count]];
    int[] next = Arrays.copyOf(consumerStart, count);
    for (int i = 0; i < count; i++) {
      for (int producer : producers[i]) {
        consumers[next[producer]++] = i;
      }
    }
  }

  private int[] producersOf(NodeDef node) {
    int[] result = new int[node.getInputCount()];
    for (int i = 0; i < result.length; i++) {
      Integer id = ids.get(TensorName.nodeOf(node.getInput(i)));
      if (id == null) {
        throw new GraphRewriteException(
            "node '"
                + node.getName()
                + "' takes input "
                + i
                + " from '"
                + node.getInput(i)
                + "', but "
                + what
                + " has no such node");
      }
      result[i] = id;
    }
    return result;
  }

  /** What runs each update; made when it is first asked for. */
  Triggers triggers() {
    if (triggers == null) {
      triggers = new Triggers(this);
    }
    return triggers;
  }

  GraphDef graphDef() {
    return graph;
  }

  int size() {
    return producers.length;
  }

  List<NodeDef> nodes() {
    return graph.getNodeList();
  }

  NodeDef node(int id) {
    return graph.getNode(id);
  }

  boolean has(String name) {
    return ids.containsKey(name);
  }

  /**
   * The number of the node with this name.
   *
   * @throws GraphRewriteException if there is none
   */
  int id(String name) {
    Integer id = ids.get(name);
    if (id == null) {
      throw new GraphRewriteException(what + " has no node named '" + name + "'");
    }
    return id;
  }

  /**
   * The number of the node that makes input {@code index} of node {@code id}.
   *
   * @throws GraphRewriteException if the node has no such input
   */
  int producer(int id, int index) {
    requireInput(id, index);
    return producers[id][index];
  }

  /**
   * Input {@code index} of node {@code id} as the graph spells it.
   *
   * @throws GraphRewriteException if the node has no such input
   */
  String input(int id, int index) {
    requireInput(id, index);
    return graph.getNode(id).getInput(index);
  }

  private void requireInput(int id, int index) {
    if (index >= producers[id].length) {
      NodeDef node = graph.getNode(id);
      throw new GraphRewriteException(
          "node '"
              + node.getName()
              + "' ("
              + node.getOp()
              + ") has "
              + producers[id].length
              + " inputs, but its input "
              + index
              + " is needed; the graph is damaged");
    }
  }

  /** The numbers of the nodes whose outputs node {@code id} takes, control inputs included. */
  IntStream producers(int id) {
    return Arrays.stream(producers[id]);
  }

  /** The numbers of the nodes that take an output of node {@code id}, once an edge. */
  IntStream consumers(int id) {
    return Arrays.stream(consumers, consumerStart[id], consumerStart[id + 1]);
  }
}
