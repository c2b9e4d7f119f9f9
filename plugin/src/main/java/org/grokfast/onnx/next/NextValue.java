package org.grokfast.onnx.next;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import org.grokfast.onnx.graph.OnnxGraph;

/**
 * What a next value is a sum of, each term with its factor: {@code 0.9·m + 0.1·mean}.
 *
 * @param terms the terms; the old value is one or several of them, or none
 */
record NextValue(List<Term> terms) {
  private static final int MOST = 256;

  /** Makes the list immutable. */
  NextValue {
    terms = List.copyOf(terms);
  }

  /**
   * A term.
   *
   * @param tensor its tensor
   * @param constant the product of the constants that it is multiplied by
   * @param known whether these are all that it is multiplied by
   */
  record Term(String tensor, double constant, boolean known) {
    private Term times(OptionalDouble other) {
      return new Term(tensor, constant * other.orElse(1), known && other.isPresent());
    }

    private Term of(String operand) {
      return new Term(operand, constant, known);
    }

    /** What the tensor is multiplied by; NaN where that is no constant. */
    double factor() {
      return known ? constant : Double.NaN;
    }
  }

  /**
   * Takes a next value apart.
   *
   * @param old the old value
   * @param next the next value
   * @param isData whether a tensor depends on the data: such a one is no factor
   * @param isWhole whether a tensor is not taken apart
   */
  static NextValue of(
      OnnxGraph graph,
      String old,
      String next,
      Predicate<String> isData,
      Predicate<String> isWhole) {
    Scalars scalars = new Scalars(graph);
    List<Term> terms = new ArrayList<>();
    Deque<Term> todo = new ArrayDeque<>(List.of(new Term(next, 1, true)));
    int steps = 0;
    while (!todo.isEmpty()) {
      Term term = todo.remove();
      List<Term> below =
          term.tensor().equals(old) || isWhole.test(term.tensor()) || ++steps > MOST
              ? List.of()
              : graph
                  .producer(term.tensor())
                  .map(id -> below(graph.node(id), term, old, scalars, isData))
                  .orElse(List.of());
      if (below.isEmpty()) {
        terms.add(term);
      }
      todo.addAll(below);
    }
    return new NextValue(terms);
  }

  private static List<Term> below(
      NodeProto node, Term term, String old, Scalars scalars, Predicate<String> isData) {
    List<String> inputs = node.getInputList();
    if (inputs.size() < fewest(node.getOpType())) {
      return List.of();
    }
    return switch (node.getOpType()) {
      case "Add", "Sum" -> inputs.stream().map(term::of).toList();
      case "Sub" ->
          List.of(term.of(inputs.get(0)), term.of(inputs.get(1)).times(OptionalDouble.of(-1)));
      case "Neg" -> List.of(term.of(inputs.get(0)).times(OptionalDouble.of(-1)));
      case "Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten" ->
          List.of(term.of(inputs.get(0)));
      case "Mul" -> scaled(term, inputs, old, scalars, isData);
      case "Div" ->
          isData.test(inputs.get(1)) || inputs.get(1).equals(old)
              ? List.of()
              : List.of(term.of(inputs.get(0)).times(reciprocal(scalars.of(inputs.get(1)))));
      case "Clip" -> List.of(term.of(inputs.get(0)).times(OptionalDouble.empty()));
      case "Where" -> chosen(term, inputs, old);
      default -> List.of();
    };
  }

  /** How many inputs a node of an op has, unless the model is damaged. */
  private static int fewest(String op) {
    return op.equals("Sub") || op.equals("Div") ? 2 : 1;
  }

  private static OptionalDouble reciprocal(OptionalDouble value) {
    return value.isPresent() && value.getAsDouble() != 0
        ? OptionalDouble.of(1 / value.getAsDouble())
        : OptionalDouble.empty();
  }

  /** A product with something that is neither data nor the old value is a multiple. */
  private static List<Term> scaled(
      Term term, List<String> inputs, String old, Scalars scalars, Predicate<String> isData) {
    for (int i = 0; i < inputs.size() && inputs.size() == 2; i++) {
      String factor = inputs.get(1 - i);
      if (!isData.test(factor) && !factor.equals(old)) {
        String other = inputs.get(i);
        if (isData.test(other) || other.equals(old)) {
          return List.of(term.of(other).times(scalars.of(factor)));
        }
      }
    }
    return List.of();
  }

  /** Either branch; where one is the old value, as in a step that may be skipped, the other. */
  private static List<Term> chosen(Term term, List<String> inputs, String old) {
    if (inputs.size() < 3) {
      return List.of();
    }
    if (inputs.get(1).equals(old)) {
      return List.of(term.of(inputs.get(2)));
    }
    if (inputs.get(2).equals(old)) {
      return List.of(term.of(inputs.get(1)));
    }
    return List.of(
        term.of(inputs.get(1)).times(OptionalDouble.empty()),
        term.of(inputs.get(2)).times(OptionalDouble.empty()));
  }
}
