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

  /**
   * Whether a tensor is an input times or divided by something, perhaps bounded, or one of several
   * such: the next value of a loss scale or of the power of a decay, to which nothing is added.
   *
   * @param dependsOnData whether a tensor depends on the data; what it is bounded by must not
   */
  boolean isScaled(String tensor, String input, Predicate<String> dependsOnData) {
    Set<String> scaled = new HashSet<>(List.of(input));
    for (NodeProto node : graph.proto().getNodeList()) {
      if (node.getOutputCount() > 0 && isScaled(node, scaled, dependsOnData)) {
        scaled.add(node.getOutput(0));
      }
    }
    return scaled.contains(tensor);
  }

  private static boolean isScaled(
      NodeProto node, Set<String> scaled, Predicate<String> dependsOnData) {
    List<String> inputs = node.getInputList();
    return switch (node.getOpType()) {
      case "Mul" -> inputs.stream().anyMatch(scaled::contains);
      case "Div", "Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Clip" ->
          !inputs.isEmpty() && scaled.contains(inputs.get(0));
      case "Where" ->
          areScaled(
              inputs.subList(Math.min(1, inputs.size()), inputs.size()), scaled, dependsOnData);
      case "Min", "Max" -> areScaled(inputs, scaled, dependsOnData);
      default -> false;
    };
  }

  private static boolean areScaled(
      List<String> operands, Set<String> scaled, Predicate<String> dependsOnData) {
    return operands.stream().anyMatch(scaled::contains)
        && operands.stream().allMatch(o -> scaled.contains(o) || !dependsOnData.test(o));
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
