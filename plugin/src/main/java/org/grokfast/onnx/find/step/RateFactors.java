package org.grokfast.onnx.find.step;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.grokfast.onnx.find.step.CarriedPairs.Pair;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.OnnxGraph;

/**
 * Learning rates that the data go into, beside the gradient that they multiply:
 *
 * <pre>
 *   rate = Mul(loss, lr)
 *   s    = Mul(g, rate)
 *   w_new = Sub(w, s)
 * </pre>
 *
 * <p>All data go through the finished step {@code s} alone, and the filter belongs before the rate.
 * A number is no rate where the loss has the same factor, as the number of tokens that it is
 * divided by, where it undoes a factor of the gradient, as a loss scale does, where it bounds the
 * length of gradients, where arrays of data alone go into it, or where it is what a root or a
 * logarithm at the end of the loss leaves behind.
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>A loss that is divided by the number of its tokens has a gradient that is, too.
 *   <li>So has one that is multiplied by a number that is fed.
 *   <li>A factor that the data alone make belongs to the gradient.
 *   <li>So does the derivative of a root.
 *   <li>A length of all gradients that a number bounds that is fed is a clipping.
 *   <li>A rate that is made from the loss is none of the gradient.
 *   <li>Nor is one that is bounded.
 *   <li>Nor is one that is made from a number that the loss has too.
 *   <li>Nor is one that multiplies a gradient that has that number already.
 *   <li>Nor is one that multiplies the data as well.
 *   <li>Nor is one that multiplies all gradients at once.
 *   <li>Nor is one that multiplies a parameter of one element.
 * </ol>
 */
final class RateFactors {
  /** Functions whose derivative is made from what they take or give. */
  private static final Set<String> CURVES =
      Set.of("Sqrt", "Exp", "Log", "Pow", "Reciprocal", "Softplus", "Tanh", "Sigmoid");

  private final OnnxGraph graph;
  private final DataFlow flow;
  private final CarriedPairs pairs;
  private final StepRoles roles;
  private final BoundFactors bounds;
  private final Set<String> parameters = new TreeSet<>();
  private final BitSet gradients;

  RateFactors(OnnxGraph graph, DataFlow flow, CarriedPairs pairs, StepRoles roles) {
    this.graph = graph;
    this.flow = flow;
    this.pairs = pairs;
    this.roles = roles;
    this.bounds = new BoundFactors(graph);
    pairs.all().stream().filter(roles::isParameter).map(Pair::input).forEach(parameters::add);
    this.gradients = findGradients();
  }

  /**
   * What a loss is made of.
   *
   * @param isForward whether a tensor goes into it
   * @param isOfParameter whether a parameter has gone into a tensor
   */
  private record Loss(Predicate<String> isForward, Predicate<String> isOfParameter) {}

  /**
   * A factor of a tensor that may be a learning rate.
   *
   * @param parameter what the tensor updates
   * @param sources the inputs with data, and what is scaled by
   * @param isForward whether a loss depends on a tensor
   */
  Optional<String> of(
      String tensor, String parameter, Set<String> sources, Predicate<String> isForward) {
    Product product = Product.ofParts(graph, tensor);
    BitSet ofParameter = flow.descendants(List.of(parameter));
    Loss loss = new Loss(isForward, each -> flow.isIn(each, ofParameter));
    BitSet aside = aside(sources);
    Product unbounded = bounds.without(product, factor -> !flow.isIn(factor, aside));
    Set<String> rates = new TreeSet<>(roles.rates());
    rates.removeAll(sources);
    BitSet rated = flow.descendants(rates);
    boolean single = graph.type(tensor).isSingle();
    return Stream.of(true, false)
        .flatMap(
            above ->
                (above ? unbounded.above() : unbounded.below())
                    .stream()
                        .filter(factor -> graph.type(factor).isSingle())
                        .filter(
                            factor ->
                                flow.isIn(factor, rated)
                                    || (flow.isIn(factor, aside)
                                        && (!single || isOfNumbers(factor))
                                        && !belongs(factor, above, product, tensor, loss))))
        .findFirst();
  }

  /**
   * What the data reach by another way than through a gradient, by number: what a factor that
   * bounds gradients is made from is not among it.
   */
  BitSet aside(Set<String> sources) {
    Set<String> data = new TreeSet<>(sources);
    data.removeAll(parameters);
    return flow.descendants(data, gradients.stream().mapToObj(flow::name).toList());
  }

  /** What has the shape of a parameter, and is no part of the loss. */
  private BitSet findGradients() {
    BitSet fromData = flow.descendants(roles.data());
    BitSet ofMetrics = flow.descendants(roles.metrics());
    BitSet ofArrays = flow.descendants(arrays());
    List<BitSet> before =
        roles.metrics().stream()
            .filter(metric -> flow.isIn(metric, fromData))
            .map(metric -> flow.ancestors(List.of(metric)))
            .toList();
    Set<List<Long>> shapes = new HashSet<>();
    parameters.forEach(each -> graph.type(each).fixedShape().ifPresent(shapes::add));
    BitSet found = new BitSet();
    for (int i = fromData.nextSetBit(0); i >= 0; i = fromData.nextSetBit(i + 1)) {
      int number = i;
      boolean forward = !before.isEmpty() && before.stream().allMatch(b -> b.get(number));
      if (!forward
          && graph.type(flow.name(i)).fixedShape().map(shapes::contains).orElse(false)
          && (!graph.type(flow.name(i)).isSingle() || (ofArrays.get(i) && !ofMetrics.get(i)))) {
        found.set(i);
      }
    }
    return found;
  }

  private List<String> arrays() {
    return graph.fedInputs().stream()
        .map(ValueInfoProto::getName)
        .filter(input -> !graph.type(input).isSingle() && !parameters.contains(input))
        .toList();
  }

  /** Whether a number is a loss or made from one, or from fed numbers alone. */
  private boolean isOfNumbers(String factor) {
    BitSet from = flow.ancestors(List.of(factor));
    return flow.isIn(factor, flow.descendants(roles.metrics()))
        || graph.fedInputs().stream()
            .map(ValueInfoProto::getName)
            .filter(input -> flow.isIn(input, from))
            .allMatch(input -> graph.type(input).isSingle() && !parameters.contains(input));
  }

  private boolean belongs(String factor, boolean above, Product product, String tensor, Loss loss) {
    return isOfArrays(factor)
        || isOfCurve(factor, loss)
        || isFactorOfLoss(factor, above, product, tensor, loss);
  }

  /** Whether arrays alone that are fed go into a number, such as a mask that is counted. */
  private boolean isOfArrays(String factor) {
    BitSet from = flow.ancestors(List.of(factor));
    return graph.fedInputs().stream()
        .map(ValueInfoProto::getName)
        .filter(input -> flow.isIn(input, from))
        .noneMatch(input -> graph.type(input).isSingle() || pairs.isInput(input));
  }

  /** Whether a number is what a curved function of the loss takes or gives. */
  private boolean isOfCurve(String factor, Loss loss) {
    String root = Product.root(graph, factor);
    return graph.proto().getNodeList().stream()
        .filter(node -> CURVES.contains(node.getOpType()) && node.getInputCount() > 0)
        .filter(
            node ->
                node.getOutput(0).equals(root)
                    || Product.root(graph, node.getInput(0)).equals(root))
        .anyMatch(node -> loss.isForward().test(node.getOutput(0)));
  }

  /**
   * Whether the loss has a number as a factor, and the gradient not yet; or the gradient has it the
   * other way round, so that the two come to 1.
   */
  private boolean isFactorOfLoss(
      String factor, boolean above, Product product, String tensor, Loss loss) {
    String root = Product.root(graph, factor);
    BitSet before = flow.ancestors(List.of(tensor));
    boolean ofLoss = false;
    boolean same = false;
    boolean opposite = false;
    for (NodeProto node : graph.proto().getNodeList()) {
      if (!UpdateTerms.PRODUCTS.contains(node.getOpType())
          || node.getInputCount() != 2
          || product.made().contains(node.getOutput(0))) {
        continue;
      }
      for (int i = 0; i < 2; i++) {
        Optional<Boolean> multiplies = multiplies(node.getInput(i), root);
        if (multiplies.isPresent()) {
          boolean onTop = multiplies.get() == (i == 0 || node.getOpType().equals("Mul"));
          boolean forward = loss.isForward().test(node.getOutput(0));
          // A factor of the data alone is in the gradient with them.
          ofLoss |= forward && loss.isOfParameter().test(node.getInput(1 - i));
          boolean backward = !forward && flow.isIn(node.getOutput(0), before);
          same |= backward && onTop == above;
          opposite |= backward && onTop != above;
        }
      }
    }
    return opposite || (ofLoss && !same);
  }

  /** Whether an operand is a number, or 1 divided by it; empty if neither. */
  private Optional<Boolean> multiplies(String operand, String root) {
    Product parts = Product.of(graph, operand, each -> Product.root(graph, each).equals(root));
    Predicate<String> is = part -> Product.root(graph, part).equals(root);
    if (parts.above().size() + parts.below().size() > 2 || !graph.type(operand).isSingle()) {
      return Optional.empty();
    }
    return parts.above().stream().anyMatch(is)
        ? Optional.of(true)
        : parts.below().stream().anyMatch(is) ? Optional.of(false) : Optional.empty();
  }
}
