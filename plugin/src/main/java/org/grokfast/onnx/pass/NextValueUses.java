package org.grokfast.onnx.pass;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.OnnxGraph.Consumer;

/**
 * Who takes the next value of a parameter within the step that makes it. What is done to the
 * weights behind the update is not seen there: a norm or an average of the weights is what the
 * update made. Where training goes on with what is made of it, as with a copy in half precision,
 * that would train something else.
 */
final class NextValueUses {
  /** What gives on the value as it is. */
  private static final Set<String> SAME = Set.of("Identity", "Cast", "Reshape");

  private final OnnxGraph graph;
  private final Map<String, String> inputs = new HashMap<>();
  private final Set<String> trained;

  /**
   * Uses in one graph.
   *
   * @param carried the outputs that hold next values, by what they are the next values of
   * @param trained the parameters
   */
  NextValueUses(OnnxGraph graph, Map<String, String> carried, Set<String> trained) {
    this.graph = graph;
    this.trained = Set.copyOf(trained);
    carried.forEach((input, output) -> inputs.put(output, input));
  }

  /**
   * A node that takes a next value.
   *
   * @param node the number of the node
   * @param inBody whether a body of it does
   * @param parameter the parameter whose next value comes of it; empty for none
   */
  record Use(int node, boolean inBody, Optional<String> parameter) {}

  /** Whether a node gives on its first input as it is. */
  static boolean isSame(NodeProto node) {
    return node.getDomain().isEmpty()
        && node.getInputCount() > 0
        && SAME.contains(node.getOpType());
  }

  /** The uses of a next value, be it under its own name or as what it is given on from. */
  List<Use> of(String next) {
    List<Use> uses = new ArrayList<>();
    String tensor = next;
    int giver = -1;
    while (true) {
      for (Consumer consumer : graph.consumers(tensor)) {
        if (consumer.node() != giver) {
          boolean inBody = consumer.input() == OnnxGraph.CAPTURED;
          uses.add(new Use(consumer.node(), inBody, parameterBehind(consumer.node())));
        }
      }
      Optional<Integer> producer = graph.producer(tensor);
      if (producer.isEmpty() || !isSame(graph.node(producer.get()))) {
        return uses;
      }
      giver = producer.get();
      tensor = graph.node(giver).getInput(0);
      if (graph.producer(tensor).isEmpty()) {
        return uses;
      }
    }
  }

  /** A parameter whose next value depends on what a node makes, in this step or a later one. */
  private Optional<String> parameterBehind(int node) {
    Set<Integer> seen = new HashSet<>(Set.of(node));
    Deque<Integer> todo = new ArrayDeque<>(seen);
    while (!todo.isEmpty()) {
      NodeProto each = graph.node(todo.remove());
      for (String output : each.getOutputList()) {
        String input = inputs.get(output);
        if (input != null && trained.contains(input)) {
          return Optional.of(input);
        }
        follow(output, seen, todo);
        if (input != null) {
          follow(input, seen, todo);
        }
      }
    }
    return Optional.empty();
  }

  private void follow(String tensor, Set<Integer> seen, Deque<Integer> todo) {
    for (Consumer consumer : graph.consumers(tensor)) {
      if (seen.add(consumer.node())) {
        todo.add(consumer.node());
      }
    }
  }
}
