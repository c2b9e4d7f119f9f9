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
import org.grokfast.rewrite.GradientEdge;

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
    List<String> names = names(next);
    for (String tensor : names) {
      for (Consumer consumer : graph.consumers(tensor)) {
        if (graph.node(consumer.node()).getOutputList().stream().noneMatch(names::contains)) {
          boolean inBody = consumer.input() == OnnxGraph.CAPTURED;
          uses.add(new Use(consumer.node(), inBody, parameterBehind(consumer.node())));
        }
      }
    }
    return uses;
  }

  /** The tensors that hold a next value as it is, from the one that the graph gives backwards. */
  private List<String> names(String next) {
    List<String> names = new ArrayList<>(List.of(next));
    Optional<Integer> producer = graph.producer(next);
    while (producer.isPresent() && isSame(graph.node(producer.get()))) {
      String tensor = graph.node(producer.get()).getInput(0);
      producer = graph.producer(tensor);
      if (producer.isPresent()) {
        names.add(tensor);
      }
    }
    return names;
  }

  /** What else has the same next value, as weights have of which training takes a copy. */
  Optional<String> twin(String next) {
    Deque<String> todo = new ArrayDeque<>(names(next));
    Set<String> seen = new HashSet<>(todo);
    while (!todo.isEmpty()) {
      String tensor = todo.remove();
      if (!tensor.equals(next) && inputs.containsKey(tensor)) {
        return Optional.of(inputs.get(tensor));
      }
      for (Consumer consumer : graph.consumers(tensor)) {
        NodeProto node = graph.node(consumer.node());
        if (consumer.input() == 0 && isSame(node) && seen.add(node.getOutput(0))) {
          todo.add(node.getOutput(0));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a parameter goes into its next value otherwise than by its gradient.
   *
   * @param gradient the inputs that take the gradient
   */
  boolean goesInto(String parameter, String next, List<GradientEdge> gradient) {
    Deque<String> todo = new ArrayDeque<>(List.of(next));
    Set<String> seen = new HashSet<>(todo);
    while (!todo.isEmpty()) {
      String tensor = todo.remove();
      if (tensor.equals(parameter)) {
        return true;
      }
      Optional<Integer> producer = graph.producer(tensor);
      if (producer.isPresent()) {
        int id = producer.get();
        NodeProto node = graph.node(id);
        for (int i = 0; i < node.getInputCount(); i++) {
          if (!gradient.contains(new GradientEdge(graph.label(id), i))
              && seen.add(node.getInput(i))) {
            todo.add(node.getInput(i));
          }
        }
        graph.captured(id).stream().filter(seen::add).forEach(todo::add);
      }
    }
    return false;
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
