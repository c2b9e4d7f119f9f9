package org.grokfast.onnx.find.step;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.OnnxGraph;

/**
 * What a tensor is a sum, a difference, a choice or a multiple of. An update such as {@code w −
 * lr·g} is recognised by the parameter being one of its terms.
 */
final class UpdateTerms {
  private static final int FARTHEST = 64;

  /** What makes a sum or a difference. */
  static final Set<String> SUMS = Set.of("Add", "Sum", "Sub");

  /** What makes a multiple. */
  static final Set<String> PRODUCTS = Set.of("Mul", "Div");

  private final OnnxGraph graph;
  private final DataFlow flow;
  private final BitSet fromArrays;

  UpdateTerms(OnnxGraph graph, DataFlow flow) {
    this.graph = graph;
    this.flow = flow;
    this.fromArrays =
        flow.descendants(
            graph.fedInputs().stream()
                .map(ValueInfoProto::getName)
                .filter(input -> !graph.type(input).isSingle())
                .toList());
  }

  /**
   * The nearest term of a tensor that a test accepts and to which something is added; empty if
   * there is none within 64 nodes or several are equally near. What has another factor than a
   * constant or a single number that is fed, as the weight of a loss has, is no term.
   */
  Optional<String> nearest(String tensor, Predicate<String> accepted) {
    Map<Term, Integer> distance = new HashMap<>();
    Deque<Term> todo = new ArrayDeque<>();
    todo.add(new Term(tensor, false));
    distance.put(new Term(tensor, false), 0);
    int found = Integer.MAX_VALUE;
    Set<String> nearest = new HashSet<>();
    while (!todo.isEmpty()) {
      Term at = todo.remove();
      int steps = distance.get(at);
      if (steps > Math.min(found, FARTHEST)) {
        break;
      }
      if (at.added() && accepted.test(at.tensor())) {
        found = steps;
        nearest.add(at.tensor());
        continue;
      }
      for (Term term : below(at)) {
        if (distance.putIfAbsent(term, steps + 1) == null) {
          todo.add(term);
        }
      }
    }
    return nearest.size() == 1 ? nearest.stream().findFirst() : Optional.empty();
  }

  /**
   * A term.
   *
   * @param tensor its tensor
   * @param added whether something is added to it
   */
  private record Term(String tensor, boolean added) {}

  private List<Term> below(Term term) {
    String op = graph.producer(term.tensor()).map(id -> graph.node(id).getOpType()).orElse("");
    boolean added = term.added() || SUMS.contains(op);
    List<String> operands = of(term.tensor());
    return operands.stream()
        .filter(operand -> !PRODUCTS.contains(op) || factorsBeside(operand, term.tensor()))
        .map(operand -> new Term(operand, added))
        .toList();
  }

  /** Whether the other factors of a product are constants or single numbers that are fed. */
  private boolean factorsBeside(String operand, String product) {
    List<String> factors = graph.node(graph.producer(product).orElseThrow()).getInputList();
    return factors.stream()
        .filter(factor -> !factor.equals(operand))
        .noneMatch(factor -> flow.isIn(factor, fromArrays));
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
      case "Where" ->
          node.getInputList().subList(Math.min(1, node.getInputCount()), node.getInputCount());
      default -> List.of();
    };
  }
}
