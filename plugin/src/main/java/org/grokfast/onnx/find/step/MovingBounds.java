package org.grokfast.onnx.find.step;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.OnnxGraph;

/**
 * Gradients that are clipped by a bound that the step carries on, such as a running average of
 * their length:
 *
 * <pre>
 *   usual_new = 0.9·usual + 0.1·|g|
 *   clipped   = g · min(usual_new / |g|, 1)
 * </pre>
 *
 * <p>What depends on an optimizer's state is no gradient any more, unless it is such a one: the
 * gradient itself as long as the bound is not met.
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>A factor that bounds the length by its running average is a clipping.
 *   <li>So is one of all gradients.
 *   <li>So is a quotient of the bound and the longer of both.
 *   <li>So is a choice between the gradient and a shorter one.
 *   <li>So is a bound of each element.
 *   <li>A length that is always divided by is the optimizer's.
 *   <li>So is a running maximum of it.
 *   <li>So is a bound of the momentum.
 *   <li>So is a bound of each element that has a state of its own.
 *   <li>So is a bound that the rate has gone into.
 * </ol>
 */
final class MovingBounds {
  private static final int DEEPEST = 16;

  private final OnnxGraph graph;
  private final BitSet states;
  private final BoundFactors bounds;
  private final DataFlow flow;

  /**
   * Bounds in a graph.
   *
   * @param states the tensors that depend on an optimizer's state, by number
   */
  MovingBounds(OnnxGraph graph, DataFlow flow, BitSet states) {
    this.graph = graph;
    this.flow = flow;
    this.states = states;
    this.bounds = new BoundFactors(graph);
  }

  /** What a tensor that depends on a state is the clipped form of; empty if of nothing. */
  Optional<String> of(String tensor) {
    return dependsOnState(tensor) && !graph.type(tensor).isSingle()
        ? of(tensor, DEEPEST)
        : Optional.empty();
  }

  private boolean dependsOnState(String tensor) {
    return flow.isIn(tensor, states);
  }

  private Optional<String> of(String tensor, int depth) {
    if (!dependsOnState(tensor)) {
      return flow.has(tensor) ? Optional.of(tensor) : Optional.empty();
    }
    Optional<NodeProto> maker = graph.producer(tensor).map(graph::node);
    if (maker.isEmpty() || depth == 0) {
      return Optional.empty();
    }
    List<String> inputs = maker.get().getInputList();
    return switch (maker.get().getOpType()) {
      case "Identity", "Cast" -> of(inputs.get(0), depth - 1);
      case "Clip" ->
          inputs.stream().skip(1).allMatch(bound -> bound.isEmpty() || isSmall(bound))
              ? of(inputs.get(0), depth - 1)
              : Optional.empty();
      case "Min", "Max" -> large(inputs).flatMap(each -> of(each, depth - 1));
      case "Where" -> chosen(inputs, depth - 1);
      case "Mul", "Div" -> shortened(tensor, depth - 1);
      default -> Optional.empty();
    };
  }

  /** The only one that has as many elements as a gradient may have. */
  private Optional<String> large(List<String> tensors) {
    List<String> large = tensors.stream().filter(each -> !isSmall(each)).toList();
    return large.size() == 1 ? Optional.of(large.get(0)) : Optional.empty();
  }

  private boolean isSmall(String tensor) {
    return graph.type(tensor).isSingle();
  }

  /** A choice between the gradient and a multiple of it, or a bound. */
  private Optional<String> chosen(List<String> inputs, int depth) {
    if (inputs.size() != 3) {
      return Optional.empty();
    }
    List<String> branches = inputs.subList(1, 3);
    if (branches.stream().anyMatch(this::isSmall)) {
      return large(branches).flatMap(branch -> of(branch, depth));
    }
    for (int i = 0; i < 2; i++) {
      Optional<String> whole = of(branches.get(i), depth);
      if (whole.isPresent() && isMultiple(branches.get(1 - i), whole.get())) {
        return whole;
      }
    }
    return Optional.empty();
  }

  private boolean isMultiple(String tensor, String of) {
    Product product = Product.of(graph, tensor, of::equals);
    return product.above().contains(of)
        && product.above().stream().allMatch(factor -> factor.equals(of) || isSmall(factor))
        && product.below().stream().allMatch(this::isSmall);
  }

  /** What is multiplied by nothing but factors that bound it. */
  private Optional<String> shortened(String tensor, int depth) {
    Product product =
        bounds.without(
            Product.of(graph, tensor, each -> false), factor -> !isWhole(factor, tensor));
    return product.above().size() == 1 && product.below().isEmpty()
        ? of(product.above().get(0), depth)
        : Optional.empty();
  }

  private boolean isWhole(String factor, String tensor) {
    return graph.type(factor).fixedShape().equals(graph.type(tensor).fixedShape());
  }
}
