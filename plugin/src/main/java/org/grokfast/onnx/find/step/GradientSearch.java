package org.grokfast.onnx.find.step;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.onnx.find.step.CarriedPairs.Pair;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.onnx.next.Kept;

/**
 * Finds the gradient of a parameter among the tensors that alone separate the data from the updated
 * parameter, as the rule {@code plain-step} describes it.
 */
public final class GradientSearch {
  private static final int MOST_ROUNDS = 4;

  private final OnnxGraph graph;
  private final DataFlow flow;
  private final CarriedPairs pairs;
  private final StepRoles roles;
  private final Kept kept;
  private final Clipping clipping;
  private final MovingBounds moving;
  private final ConstantScales scales;
  private final RateFactors rates;
  private final Map<Set<String>, DataFlow.Separators> separators = new HashMap<>();

  public GradientSearch(OnnxGraph graph, DataFlow flow, CarriedPairs pairs, StepRoles roles) {
    this.graph = graph;
    this.flow = flow;
    this.pairs = pairs;
    this.roles = roles;
    this.kept = Kept.surely(graph);
    this.clipping = new Clipping(graph, flow, roles.afterState(), flow.descendants(roles.rates()));
    this.scales = new ConstantScales(graph, flow);
    this.moving = new MovingBounds(graph, flow, roles.afterState());
    this.rates = new RateFactors(graph, flow, pairs, roles);
  }

  /** Whether a tensor depends on the data. */
  public boolean dependsOnData(String tensor) {
    return separators(roles.data()).reaches(tensor);
  }

  /**
   * Optimizer state by way of which alone the data reach a parameter, in a later step; none where
   * they reach it in the same one, or not at all.
   */
  public List<Pair> late(Pair pair) {
    if (dependsOnData(pair.output())) {
      return List.of();
    }
    BitSet leading = roles.leading(pair.output());
    return pairs.all().stream()
        .filter(roles::isState)
        .filter(state -> leading.get(flow.number(state.input())) && dependsOnData(state.output()))
        .toList();
  }

  /** What data have to reach to change a parameter. */
  private List<String> targets(Pair pair) {
    List<Pair> late = late(pair);
    return late.isEmpty() ? List.of(pair.output()) : late.stream().map(Pair::output).toList();
  }

  /** The tensors that alone separate sources from all targets. */
  private List<String> before(Set<String> sources, List<String> targets) {
    DataFlow.Separators between = separators(sources);
    List<String> tensors = new ArrayList<>(between.before(targets.get(0)));
    targets.forEach(target -> tensors.retainAll(between.before(target)));
    return tensors;
  }

  /**
   * What is found.
   *
   * @param gradient the gradient; empty if it can't be told
   * @param step what was taken for the finished step; empty if nothing was
   * @param rate its factor that may be a learning rate
   */
  public record Result(Optional<String> gradient, Optional<String> step, Optional<String> rate) {
    private static final Result NONE =
        new Result(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * The gradient of a parameter.
   *
   * @param shape the parameter's dimensions
   */
  public Result gradient(Pair pair, List<Long> shape) {
    List<String> targets = targets(pair);
    Set<String> sources = new TreeSet<>(roles.data());
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<String> fitting =
          before(sources, targets).stream().filter(tensor -> fits(tensor, shape, pair)).toList();
      if (fitting.isEmpty()) {
        // What was found is scaled, and nothing behind it is of the parameter's type and shape.
        return Result.NONE;
      }
      String clipped = clipping.behind(fitting);
      String tensor = upright(scales.behind(clipped, fitting, pair.input()), fitting);
      Set<String> more = bypassing(tensor, pair, targets, sources);
      if (more.isEmpty()) {
        String first = fitting.get(0);
        Optional<String> rate =
            rates.of(first, pair.input(), sources, each -> isForward(each, pair));
        return rate.isPresent()
            ? new Result(Optional.empty(), Optional.of(first), rate)
            : isScaledByItself(tensor)
                ? Result.NONE
                : new Result(Optional.of(tensor), Optional.empty(), Optional.empty());
      }
      sources.addAll(more);
    }
    return Result.NONE;
  }

  /**
   * A gradient as the parameter lies: a square one may be computed transposed, and some filters
   * look at it beside the parameter.
   */
  private String upright(String tensor, List<String> fitting) {
    int next = fitting.indexOf(tensor) + 1;
    boolean turned =
        next < fitting.size()
            && graph
                .producer(fitting.get(next))
                .map(graph::node)
                .filter(node -> node.getOpType().equals("Transpose"))
                .map(node -> node.getInput(0).equals(tensor))
                .orElse(false);
    return turned ? upright(fitting.get(next), fitting) : tensor;
  }

  private DataFlow.Separators separators(Set<String> sources) {
    return separators.computeIfAbsent(Set.copyOf(sources), flow::separators);
  }

  private boolean fits(String tensor, List<Long> shape, Pair pair) {
    TensorType type = graph.type(tensor);
    return type.fixedShape().equals(Optional.of(shape))
        && type.type() == graph.type(pair.input()).type()
        && !isForward(tensor, pair)
        && (!roles.afterState().get(flow.number(tensor)) || isClipped(tensor, shape, pair))
        && !kept.keeps(tensor, pair.input());
  }

  /** Whether a tensor is a gradient that is clipped by a bound that moves with the gradients. */
  private boolean isClipped(String tensor, List<Long> shape, Pair pair) {
    return moving.of(tensor).filter(gradient -> fits(gradient, shape, pair)).isPresent();
  }

  /**
   * Whether a tensor goes into every metric that the data and the parameter reach: a norm alone is
   * not enough. What a metric has of either by way of the updated parameter, as the second loss of
   * two that take turns, does not count.
   */
  private boolean isForward(String tensor, Pair pair) {
    if (!roles.reachesMetric(tensor)) {
      return false;
    }
    BitSet ofParameter = flow.descendants(List.of(pair.input()), roles.written(pair));
    BitSet reached = flow.descendants(List.of(tensor), roles.written(pair));
    return roles.metrics().stream()
        .filter(metric -> dependsOnData(metric) && ofParameter.get(flow.number(metric)))
        .allMatch(metric -> reached.get(flow.number(metric)));
  }

  /**
   * Whether a tensor is a product or a quotient of one that no metric depends on and of a rate that
   * is made from that one, without being a clipping: Polyak's step, a norm of all gradients.
   */
  private boolean isScaledByItself(String tensor) {
    List<String> parts = factors(tensor);
    if (parts.size() != 2) {
      return false;
    }
    return isScaled(tensor, parts.get(0), parts.get(1))
        || isScaled(tensor, parts.get(1), parts.get(0));
  }

  private boolean isScaled(String product, String part, String rate) {
    Optional<String> at = Optional.of(part).filter(factor -> isShapedAs(factor, product));
    while (at.isPresent() && flow.has(at.get()) && flow.has(rate)) {
      if (!roles.reachesMetric(at.get()) && clipping.isUnbounded(at.get(), rate)) {
        return true;
      }
      at = withoutRate(at.get());
    }
    return false;
  }

  /** The factor of a product that alone has the product's shape. */
  private Optional<String> withoutRate(String product) {
    List<String> shaped =
        factors(product).stream().filter(factor -> isShapedAs(factor, product)).toList();
    return shaped.size() == 1 ? Optional.of(shaped.get(0)) : Optional.empty();
  }

  private boolean isShapedAs(String one, String other) {
    return graph.type(one).fixedShape().equals(graph.type(other).fixedShape());
  }

  /** What a product or quotient is made from; nothing for any other tensor. */
  private List<String> factors(String tensor) {
    return graph
        .producer(tensor)
        .map(graph::node)
        .filter(node -> UpdateTerms.PRODUCTS.contains(node.getOpType()))
        .<List<String>>map(NodeProto::getInputList)
        .orElse(List.of());
  }

  /**
   * Inputs that flow into a tensor as well as past it into the update, the parameter itself aside,
   * which may decay: a loss scale, or the other factor of a product of two parameters. A rate that
   * flows into it by way of updated parameters is no scale of it.
   */
  private Set<String> bypassing(
      String tensor, Pair pair, List<String> targets, Set<String> sources) {
    int number = flow.number(tensor);
    BitSet into = flow.ancestors(List.of(tensor));
    Set<String> result = new TreeSet<>();
    for (ValueInfoProto input : graph.fedInputs()) {
      String name = input.getName();
      if (into.get(flow.number(name))
          && !name.equals(pair.input())
          && !sources.contains(name)
          && flow.descendants(List.of(name), roles.written()).get(number)) {
        DataFlow.Separators own = separators(Set.of(name));
        if (targets.stream().anyMatch(t -> own.reaches(t) && !own.before(t).contains(tensor))) {
          result.add(name);
        }
      }
    }
    return result;
  }
}
