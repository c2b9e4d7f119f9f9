package org.grokfast.onnx.find.step;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.next.Scalars;

/**
 * Constants that a gradient is divided by before the optimizer takes it: a loss scale, the number
 * of parts of a mean. For most filters it is the same on which side of a constant they stand; those
 * that bring the gradient to a length of their own belong behind it.
 *
 * <p>A learning rate is a constant as well, and a factor. What is divided by a constant above 1 is
 * no step of a rate; a factor belongs to the gradient where it undoes another one before it, or is
 * 1 divided by the number of terms of a sum.
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>A loss scale that is divided out comes before the filter.
 *   <li>So does one that a factor undoes.
 *   <li>So does one that the loss has.
 *   <li>So does the number of rows that a mean is divided by.
 *   <li>A sum of two gradients that is halved is filtered as a mean.
 *   <li>A factor that undoes nothing is a rate.
 *   <li>So is a half of a gradient that the two of a square went into.
 *   <li>So is a divisor below 1.
 *   <li>So is the divisor of the momentum.
 *   <li>So is a half of a sum of three.
 *   <li>So is what makes the step of a sum of two.
 * </ol>
 */
final class ConstantScales {
  /** A factor that is no more than this may be the derivative of a square. */
  private static final double SQUARE = 2;

  private static final double EXACT = 1e-6;

  private final OnnxGraph graph;
  private final DataFlow flow;
  private final Scalars scalars;

  ConstantScales(OnnxGraph graph, DataFlow flow) {
    this.graph = graph;
    this.flow = flow;
    this.scalars = new Scalars(graph);
  }

  /**
   * The gradient without constants that it is divided by.
   *
   * @param chain tensors that separate the data from an update, in order
   * @param parameter what is updated
   */
  String behind(String gradient, List<String> chain, String parameter) {
    int next = chain.indexOf(gradient) + 1;
    return next > 0
            && next < chain.size()
            && belongs(gradient, chain.get(next))
            && !isStep(chain.get(next), parameter)
        ? behind(chain.get(next), chain, parameter)
        : gradient;
  }

  /** Whether a parameter moves by a tensor as it is: a rate has gone into that. */
  private boolean isStep(String tensor, String parameter) {
    return graph.consumers(tensor).stream()
        .map(consumer -> graph.node(consumer.node()))
        .filter(node -> UpdateTerms.SUMS.contains(node.getOpType()))
        .anyMatch(
            node ->
                node.getInputList().stream()
                    .anyMatch(each -> Product.root(graph, each).equals(parameter)));
  }

  private boolean belongs(String gradient, String scaled) {
    Optional<NodeProto> maker = graph.producer(scaled).map(graph::node);
    if (maker.isEmpty()) {
      return false;
    }
    OptionalDouble factor = factor(maker.get(), gradient);
    if (factor.isEmpty()) {
      return false;
    }
    boolean divided = maker.get().getOpType().equals("Div");
    return (divided && Math.abs(factor.getAsDouble()) < 1)
        || undoes(factor.getAsDouble(), gradient)
        || is(terms(gradient), factor.getAsDouble());
  }

  /** What a node multiplies a tensor by. */
  private OptionalDouble factor(NodeProto node, String tensor) {
    List<String> inputs = node.getInputList();
    if (inputs.size() != 2) {
      return OptionalDouble.empty();
    }
    if (node.getOpType().equals("Mul")) {
      return scalars.of(inputs.get(inputs.get(0).equals(tensor) ? 1 : 0));
    }
    OptionalDouble divisor = scalars.of(inputs.get(1));
    return node.getOpType().equals("Div")
            && inputs.get(0).equals(tensor)
            && divisor.isPresent()
            && divisor.getAsDouble() != 0
        ? OptionalDouble.of(1 / divisor.getAsDouble())
        : OptionalDouble.empty();
  }

  /**
   * Whether something before a tensor, or the loss, is multiplied by the reciprocal of a factor.
   */
  private boolean undoes(double factor, String tensor) {
    BitSet before = flow.ancestors(List.of(tensor));
    return Math.abs(factor) * SQUARE < 1
        && graph.proto().getNodeList().stream()
            .filter(node -> UpdateTerms.PRODUCTS.contains(node.getOpType()))
            .filter(node -> before.get(flow.number(node.getOutput(0))) || isOutput(node))
            .flatMap(node -> node.getInputList().stream().map(input -> factor(node, input)))
            .anyMatch(other -> other.isPresent() && is(other.getAsDouble(), factor));
  }

  private boolean isOutput(NodeProto node) {
    return graph.proto().getOutputList().stream()
            .anyMatch(output -> output.getName().equals(node.getOutput(0)))
        && graph.type(node.getOutput(0)).isSingle();
  }

  private static boolean is(double number, double reciprocal) {
    return number > 1 && Math.abs(number * reciprocal - 1) < EXACT;
  }

  /** Of how many others a tensor is a sum; 1 if of none. */
  private int terms(String tensor) {
    Optional<NodeProto> maker = graph.producer(tensor).map(graph::node);
    return maker.isPresent()
            && Set.of("Add", "Sum").contains(maker.get().getOpType())
            && maker.get().getInputList().stream().allMatch(flow::has)
        ? maker.get().getInputList().stream().mapToInt(this::terms).sum()
        : 1;
  }
}
