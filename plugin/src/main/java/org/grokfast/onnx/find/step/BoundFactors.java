package org.grokfast.onnx.find.step;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.next.Scalars;

/**
 * Factors that are 1 until a bound is met, and then shorten what they multiply:
 *
 * <pre>
 *   min(bound / length, 1)
 *   bound / max(length, bound)
 *   min(length, bound) / length
 *   length &gt; bound ? bound / length : 1
 * </pre>
 */
public final class BoundFactors {
  /** What may be added to a divisor to keep it from 0. */
  private static final double TINY = 1e-3;

  private final OnnxGraph graph;
  private final Scalars scalars;

  /** Factors in a graph. */
  public BoundFactors(OnnxGraph graph) {
    this.graph = graph;
    this.scalars = new Scalars(graph);
  }

  /**
   * Whether a tensor is another one times such factors, which depend on that, and nothing else.
   *
   * @param behind the tensors that depend on the other one, by number
   */
  public boolean shorten(String of, String tensor, DataFlow flow, BitSet behind) {
    Product whole = Product.of(graph, tensor, of::equals);
    Product product = without(whole, factor -> flow.isIn(factor, behind));
    return !product.equals(whole)
        && product.above().equals(List.of(of))
        && product.below().isEmpty();
  }

  /**
   * A product without such factors.
   *
   * @param may whether a factor may be taken for one
   */
  Product without(Product product, Predicate<String> may) {
    List<String> above = new ArrayList<>(product.above());
    List<String> below = new ArrayList<>(product.below());
    above.removeIf(factor -> may.test(factor) && isOneAtMost(factor));
    below.removeIf(factor -> may.test(factor) && isOneAtLeast(factor));
    for (String factor : List.copyOf(above)) {
      Optional<String> bounded =
          below.stream().filter(d -> may.test(factor) && bounds(factor, d, "Min")).findFirst();
      if (bounded.isPresent()) {
        above.remove(factor);
        below.remove(bounded.get());
      }
    }
    for (String divisor : List.copyOf(below)) {
      Optional<String> bounded =
          above.stream().filter(f -> may.test(divisor) && bounds(divisor, f, "Max")).findFirst();
      if (bounded.isPresent()) {
        below.remove(divisor);
        above.remove(bounded.get());
      }
    }
    return new Product(above, below, product.made());
  }

  private NodeProto maker(String tensor) {
    return graph.producer(tensor).map(graph::node).orElse(NodeProto.getDefaultInstance());
  }

  private boolean isOneAtMost(String factor) {
    NodeProto node = maker(factor);
    return switch (node.getOpType()) {
      case "Min" -> node.getInputList().stream().anyMatch(this::isOne);
      case "Clip" -> node.getInputCount() > 2 && isOne(node.getInput(2));
      case "Where" -> choosesOne(node);
      default -> false;
    };
  }

  private boolean isOneAtLeast(String divisor) {
    NodeProto node = maker(divisor);
    return switch (node.getOpType()) {
      case "Max" -> node.getInputList().stream().anyMatch(this::isOne);
      case "Clip" -> node.getInputCount() > 1 && isOne(node.getInput(1));
      case "Where" -> choosesOne(node);
      default -> guarded(node).map(this::isOneAtLeast).orElse(false);
    };
  }

  /** Whether one of two branches is 1, and the other one is computed. */
  private boolean choosesOne(NodeProto node) {
    return node.getInputCount() == 3
        && ((isOne(node.getInput(1)) && scalars.of(node.getInput(2)).isEmpty())
            || (isOne(node.getInput(2)) && scalars.of(node.getInput(1)).isEmpty()));
  }

  /** Whether a tensor is another one, bounded or chosen. */
  private boolean bounds(String tensor, String other, String op) {
    NodeProto node = maker(tensor);
    Optional<String> term = guarded(node);
    if (term.isPresent()) {
      return bounds(term.get(), other, op);
    }
    boolean some = Set.of(op, "Where").contains(node.getOpType());
    String unguarded = guarded(maker(other)).orElse(other);
    return (some
            && node.getInputList().stream()
                .anyMatch(input -> isSame(input, other) || isSame(input, unguarded)))
        || (node.getOpType().equals("Clip")
            && node.getInputCount() > 0
            && isSame(node.getInput(0), unguarded));
  }

  /** A term to which no more is added than keeps a divisor from 0. */
  private Optional<String> guarded(NodeProto sum) {
    boolean isSum = sum.getOpType().equals("Add") && sum.getInputCount() == 2;
    for (int i = 0; i < 2 && isSum; i++) {
      OptionalDouble added = scalars.of(sum.getInput(i));
      if (added.isPresent() && Math.abs(added.getAsDouble()) < TINY) {
        return Optional.of(sum.getInput(1 - i));
      }
    }
    return Optional.empty();
  }

  private boolean isSame(String one, String other) {
    return Product.root(graph, one).equals(Product.root(graph, other))
        || isSameConstant(scalars.of(one), scalars.of(other));
  }

  private static boolean isSameConstant(OptionalDouble one, OptionalDouble other) {
    return one.isPresent() && other.isPresent() && one.getAsDouble() == other.getAsDouble();
  }

  private boolean isOne(String tensor) {
    OptionalDouble value = scalars.of(tensor);
    return value.isPresent() && value.getAsDouble() == 1;
  }
}
