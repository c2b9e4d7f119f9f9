package org.grokfast.onnx.find;

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
import java.util.function.Predicate;
import org.grokfast.onnx.graph.OnnxGraph;

/**
 * What a tensor is a sum, a difference, a choice or a multiple of. An update such as {@code w −
 * lr·g} is recognised by the parameter being one of its terms.
 */
final class UpdateTerms {
  private static final int FARTHEST = 64;

  private final OnnxGraph graph;

  UpdateTerms(OnnxGraph graph) {
    this.graph = graph;
  }

  /**
   * The nearest term of a tensor that a test accepts; empty if there is none within 64 nodes or
   * several are equally near.
   */
  Optional<String> nearest(String tensor, Predicate<String> accepted) {
    Map<String, Integer> distance = new HashMap<>();
    Deque<String> todo = new ArrayDeque<>();
    todo.add(tensor);
    distance.put(tensor, 0);
    int found = Integer.MAX_VALUE;
    List<String> nearest = new ArrayList<>();
    while (!todo.isEmpty()) {
      String at = todo.remove();
      int steps = distance.get(at);
      if (steps > Math.min(found, FARTHEST)) {
        break;
      }
      if (accepted.test(at)) {
        found = steps;
        nearest.add(at);
        continue;
      }
      for (String term : of(at)) {
        if (distance.putIfAbsent(term, steps + 1) == null) {
          todo.add(term);
        }
      }
    }
    return nearest.size() == 1 ? Optional.of(nearest.get(0)) : Optional.empty();
  }

  /** Whether a tensor is an input plus or minus something: its update rather than its gradient. */
  boolean isUpdate(String tensor, String input) {
    Set<String> seen = new HashSet<>();
    Deque<String> todo = new ArrayDeque<>(List.of(tensor));
    while (!todo.isEmpty()) {
      String at = todo.remove();
      if (at.equals(input)) {
        return true;
      }
      if (seen.add(at)) {
        todo.addAll(of(at));
      }
    }
    return false;
  }

  private List<String> of(String tensor) {
    Optional<Integer> producer = graph.producer(tensor);
    if (producer.isEmpty()) {
      return List.of();
    }
    NodeProto node = graph.node(producer.get());
    return switch (node.getOpType()) {
      case "Add", "Sum", "Identity", "Cast", "Mul" -> node.getInputList();
      case "Sub", "Div", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten" ->
          node.getInputList().subList(0, Math.min(1, node.getInputCount()));
      case "Where" -> node.getInputList().subList(1, node.getInputCount());
      default -> List.of();
    };
  }
}
