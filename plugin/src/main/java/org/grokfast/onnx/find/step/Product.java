package org.grokfast.onnx.find.step;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.grokfast.onnx.graph.OnnxGraph;

/**
 * What a tensor is a product and a quotient of.
 *
 * @param above what it is multiplied by
 * @param below what it is divided by
 * @param made the products and quotients on the way, itself included
 */
record Product(List<String> above, List<String> below, List<String> made) {
  private static final int MOST = 64;

  /** What leaves every number as it is, though perhaps in another place. */
  private static final Set<String> COPIES =
      Set.of("Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Expand");

  /** What changes no number but for its sign, or takes some of many. */
  private static final Set<String> PARTS = Set.of("Neg", "Transpose", "Slice", "Split", "Gather");

  /** Makes the lists immutable. */
  Product {
    above = List.copyOf(above);
    below = List.copyOf(below);
    made = List.copyOf(made);
  }

  private record Factor(String tensor, boolean above) {}

  /**
   * Takes a tensor apart.
   *
   * @param isWhole whether a tensor is not taken apart
   */
  static Product of(OnnxGraph graph, String tensor, Predicate<String> isWhole) {
    return of(graph, tensor, isWhole, COPIES);
  }

  /** The same of what a part or the negative of such a product is. */
  static Product ofParts(OnnxGraph graph, String tensor) {
    List<String> all = new ArrayList<>(COPIES);
    all.addAll(PARTS);
    return of(graph, tensor, each -> false, Set.copyOf(all));
  }

  private static Product of(
      OnnxGraph graph, String tensor, Predicate<String> isWhole, Set<String> passed) {
    List<String> above = new ArrayList<>();
    List<String> below = new ArrayList<>();
    List<String> made = new ArrayList<>();
    Deque<Factor> todo = new ArrayDeque<>(List.of(new Factor(tensor, true)));
    int steps = 0;
    while (!todo.isEmpty()) {
      Factor at = todo.remove();
      Optional<NodeProto> maker = graph.producer(at.tensor()).map(graph::node);
      List<Factor> factors =
          isWhole.test(at.tensor()) || ++steps > MOST
              ? List.of()
              : maker.map(node -> factors(node, at, passed)).orElse(List.of());
      if (factors.isEmpty()) {
        (at.above() ? above : below).add(at.tensor());
      } else {
        made.add(at.tensor());
      }
      todo.addAll(factors);
    }
    return new Product(above, below, made);
  }

  private static List<Factor> factors(NodeProto node, Factor at, Set<String> passed) {
    List<String> inputs = node.getInputList();
    if (inputs.isEmpty()) {
      return List.of();
    }
    Factor first = new Factor(inputs.get(0), at.above());
    if (inputs.size() == 2 && node.getOpType().equals("Mul")) {
      return List.of(first, new Factor(inputs.get(1), at.above()));
    }
    if (inputs.size() == 2 && node.getOpType().equals("Div")) {
      return List.of(first, new Factor(inputs.get(1), !at.above()));
    }
    if (node.getOpType().equals("Reciprocal")) {
      return List.of(new Factor(inputs.get(0), !at.above()));
    }
    return passed.contains(node.getOpType()) ? List.of(first) : List.of();
  }

  /** The tensor of which another one is a copy, perhaps in another shape or type. */
  static String root(OnnxGraph graph, String tensor) {
    String at = tensor;
    for (int i = 0; i < MOST; i++) {
      Optional<NodeProto> maker = graph.producer(at).map(graph::node);
      if (maker.isEmpty()
          || maker.get().getInputCount() == 0
          || !COPIES.contains(maker.get().getOpType())) {
        return at;
      }
      at = maker.get().getInput(0);
    }
    return at;
  }
}
