package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.onnx.find.CarriedPairs.Pair;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;

/**
 * A training step in standard operators: weights in, updated weights out.
 *
 * <p>The gradient of a parameter is the earliest tensor of the parameter's type and shape that
 * alone separates the data from the updated parameter: all that the data has to say to the update
 * goes through it. What the data are is told by the loss: the inputs that are no state and reach an
 * output that is none. In detail:
 *
 * <ol>
 *   <li>a pair is a parameter if it reaches the loss too; an optimizer's state does not;
 *   <li>a tensor that reaches the loss belongs to the forward pass and is no gradient;
 *   <li>an input that flows both into the gradient and past it, such as a loss scale that is
 *       divided out again, counts as data: the gradient is then found behind the division;
 *   <li>where the gradient is then clipped, the clipped tensor is taken ({@link Clipping});
 *   <li>a tensor into which the optimizer's state has gone already is no gradient any more, nor is
 *       one that is the parameter plus or minus something.
 * </ol>
 */
final class PlainStepRule {
  static final String NAME = "plain-step";
  private static final int MOST_ROUNDS = 4;

  private final OnnxGraph graph;
  private final DataFlow flow;
  private final CarriedPairs pairs;
  private final Set<String> functions;
  private final Set<String> metrics;
  private final BitSet toMetrics;
  private final Set<String> data;
  private final BitSet afterState;
  private final Map<Set<String>, DataFlow.Separators> separators = new HashMap<>();

  /**
   * A rule for a model's graph.
   *
   * @param functions the functions that the model defines, as DOMAIN.NAME
   */
  PlainStepRule(OnnxGraph graph, CarriedPairs pairs, Set<String> functions) {
    this.graph = graph;
    this.flow = new DataFlow(graph);
    this.pairs = pairs;
    this.functions = functions;
    this.metrics = metrics();
    this.toMetrics = flow.ancestors(metrics);
    this.data = data();
    this.afterState = flow.descendants(stateInputs());
  }

  OnnxGraph graph() {
    return graph;
  }

  DataFlow flow() {
    return flow;
  }

  /** What is found, for each pair that is a parameter; {@code done} are left to other rules. */
  List<Finding> find(Set<String> done) {
    List<Finding> findings = new ArrayList<>();
    for (Pair pair : pairs.all()) {
      if (!done.contains(pair.input())
          && DataTypes.precision(graph.type(pair.input()).type()).isPresent()) {
        examine(pair).ifPresent(findings::add);
      }
    }
    for (ValueInfoProto output : graph.proto().getOutputList()) {
      if (!pairs.isOutput(output.getName()) && !metrics.contains(output.getName())) {
        unpaired(output.getName(), done).ifPresent(findings::add);
      }
    }
    return findings;
  }

  /** An output that may be the next value of a parameter, though nothing says so. */
  private Optional<Finding> unpaired(String output, Set<String> done) {
    BitSet madeFrom = flow.ancestors(List.of(output));
    return graph.fedInputs().stream()
        .map(ValueInfoProto::getName)
        .filter(input -> !pairs.isInput(input) && !done.contains(input))
        .filter(input -> pairs.fits(input, output))
        .map(flow::number)
        .filter(input -> madeFrom.get(input) && toMetrics.get(input))
        .map(flow::name)
        .findFirst()
        .map(
            input ->
                new NearMiss(
                    output,
                    NAME,
                    "it has the type and shape of '"
                        + input
                        + "', and is made from it; if it is the next value of that, say so with"
                        + " --update "
                        + input
                        + "="
                        + output));
  }

  /**
   * The outputs that are no next value: of these the single numbers, such as a loss. Where there is
   * one, another output may be the next value of a parameter that nothing pairs it with.
   */
  private Set<String> metrics() {
    Set<String> all = new LinkedHashSet<>();
    for (ValueInfoProto output : graph.proto().getOutputList()) {
      if (!pairs.isOutput(output.getName())) {
        all.add(output.getName());
      }
    }
    Set<String> single = new LinkedHashSet<>(all);
    single.removeIf(output -> !isSingle(output));
    return single.isEmpty() ? all : single;
  }

  private boolean isSingle(String tensor) {
    return graph.type(tensor).fixedShape().map(shape -> count(shape) == 1).orElse(false);
  }

  private Set<String> data() {
    Set<String> sources = new TreeSet<>();
    for (ValueInfoProto input : graph.fedInputs()) {
      if (pairs.isInput(input.getName())) {
        continue;
      }
      if (metrics.isEmpty()
          ? !isSingle(input.getName())
          : toMetrics.get(flow.number(input.getName()))) {
        sources.add(input.getName());
      }
    }
    return sources;
  }

  private static long count(List<Long> shape) {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  private Optional<Finding> examine(Pair pair) {
    String node = graph.producer(pair.output()).map(graph::label).orElse(pair.output());
    if (!isParameter(pair)) {
      return Optional.empty();
    }
    Optional<List<Long>> shape = graph.type(pair.input()).fixedShape();
    if (shape.isEmpty()) {
      return miss(node, pair, "has no fixed shape; export the model with fixed parameter shapes");
    }
    Precision precision = DataTypes.precision(graph.type(pair.input()).type()).orElseThrow();
    TrainedVariable variable = new TrainedVariable(pair.input(), precision, shape.get());
    if (!separators(data).reaches(pair.output())) {
      return miss(node, pair, "does not depend on the data: it stays as it is");
    }
    Optional<String> gradient = gradient(pair, variable);
    if (gradient.isEmpty()) {
      return miss(
          node,
          pair,
          "has no tensor of shape "
              + variable.shape()
              + " that alone separates the data from '"
              + pair.output()
              + "' before the optimizer's arithmetic; name it with --gradient "
              + pair.input()
              + "=TENSOR"
              + calledOnTheWayTo(pair.output())
                  .map(
                      function ->
                          ", or, as the function '"
                              + function
                              + "' hides what it makes, inline that first"
                              + " (onnx.inliner.inline_local_functions)")
                  .orElse(""));
    }
    return Optional.of(site(variable, pair, gradient.get()));
  }

  /** A function of the model whose results go into a tensor. */
  private Optional<String> calledOnTheWayTo(String output) {
    return flow.ancestors(List.of(output)).stream()
        .mapToObj(tensor -> graph.producer(flow.name(tensor)))
        .flatMap(Optional::stream)
        .map(id -> graph.node(id).getDomain() + "." + graph.node(id).getOpType())
        .filter(functions::contains)
        .findFirst();
  }

  private boolean isParameter(Pair pair) {
    if (pair.how().equals("by hand")) {
      return true;
    }
    if (!metrics.isEmpty()) {
      return toMetrics.get(flow.number(pair.input()));
    }
    // Without a loss: a state goes into the update of another pair of its shape; a parameter not.
    BitSet reached = flow.descendants(List.of(pair.input()));
    return pairs.all().stream()
        .filter(other -> !other.equals(pair))
        .filter(other -> graph.type(other.input()).equals(graph.type(pair.input())))
        .noneMatch(other -> reached.get(flow.number(other.output())));
  }

  private static Optional<Finding> miss(String node, Pair pair, String reason) {
    return Optional.of(new NearMiss(node, NAME, "the update of '" + pair.input() + "' " + reason));
  }

  private DataFlow.Separators separators(Set<String> sources) {
    return separators.computeIfAbsent(Set.copyOf(sources), flow::separators);
  }

  private Optional<String> gradient(Pair pair, TrainedVariable variable) {
    Set<String> sources = new TreeSet<>(data);
    Optional<String> best = Optional.empty();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<String> chain = separators(sources).before(pair.output());
      List<String> fitting = chain.stream().filter(t -> fits(t, variable, pair)).toList();
      if (fitting.isEmpty()) {
        return best;
      }
      Clipping clipping = new Clipping(graph, flow, afterState);
      best = Optional.of(clipping.behind(fitting));
      Set<String> more = bypassing(best.get(), pair, sources);
      if (more.isEmpty()) {
        return best;
      }
      sources.addAll(more);
    }
    return best;
  }

  private boolean fits(String tensor, TrainedVariable variable, Pair pair) {
    TensorType type = graph.type(tensor);
    if (!type.fixedShape().equals(Optional.of(variable.shape()))
        || type.type() != graph.type(pair.input()).type()) {
      return false;
    }
    int number = flow.number(tensor);
    if (isForward(tensor, number)) {
      return false;
    }
    return !afterState.get(number) && !pairs.isUpdate(tensor, pair.input());
  }

  /** Whether a tensor goes into every metric that the data reaches: a norm alone is not enough. */
  private boolean isForward(String tensor, int number) {
    if (!toMetrics.get(number)) {
      return false;
    }
    BitSet reached = flow.descendants(List.of(tensor));
    DataFlow.Separators fromData = separators(data);
    return metrics.stream()
        .filter(fromData::reaches)
        .allMatch(metric -> reached.get(flow.number(metric)));
  }

  /** The inputs with an optimizer's state: paired, but no way to the loss. */
  private Set<String> stateInputs() {
    Set<String> states = new TreeSet<>();
    for (Pair other : pairs.all()) {
      if (!isSingle(other.input()) && !isParameter(other)) {
        states.add(other.input());
      }
    }
    return states;
  }

  /** Inputs that flow into a tensor as well as past it into the update, parameters aside. */
  private Set<String> bypassing(String tensor, Pair pair, Set<String> sources) {
    BitSet into = flow.ancestors(List.of(tensor));
    Set<String> result = new TreeSet<>();
    for (ValueInfoProto input : graph.fedInputs()) {
      String name = input.getName();
      boolean parameter = pairs.of(name).map(this::isParameter).orElse(false);
      if (into.get(flow.number(name)) && !parameter && !sources.contains(name)) {
        boolean past = !separators(Set.of(name)).before(pair.output()).contains(tensor);
        if (past && separators(Set.of(name)).reaches(pair.output())) {
          result.add(name);
        }
      }
    }
    return result;
  }

  private Finding site(TrainedVariable variable, Pair pair, String gradient) {
    String text = "all data reaches '" + pair.output() + "' through it; paired " + pair.how();
    return site(variable, gradient, pair.output(), new Rule(NAME, text));
  }

  /**
   * Who found a site.
   *
   * @param name the rule
   * @param text what it saw
   */
  record Rule(String name, String text) {}

  /** The site of a gradient whose takers lead to an output. */
  Finding site(TrainedVariable variable, String gradient, String output, Rule rule) {
    BitSet leading = flow.ancestors(List.of(output));
    List<GradientEdge> edges = new ArrayList<>();
    for (OnnxGraph.Consumer consumer : graph.consumers(gradient)) {
      boolean leads =
          graph.node(consumer.node()).getOutputList().stream()
              .anyMatch(o -> !o.isEmpty() && leading.get(flow.number(o)));
      if (leads && consumer.input() == OnnxGraph.CAPTURED) {
        return new NearMiss(
            graph.label(consumer.node()),
            rule.name(),
            "takes the gradient '"
                + gradient
                + "' of '"
                + variable.name()
                + "' inside its body ("
                + graph.node(consumer.node()).getOpType()
                + "), where it can't be replaced; move the update out of the body, or select its"
                + " result with Where");
      }
      if (leads) {
        edges.add(new GradientEdge(graph.label(consumer.node()), consumer.input()));
      }
    }
    if (edges.isEmpty()) {
      return new NearMiss(
          output,
          rule.name(),
          "no node takes '" + gradient + "' on the way to the update of '" + variable.name() + "'");
    }
    return new UpdateSite(
        variable,
        gradient,
        edges,
        new UpdateSite.Evidence(rule.name(), rule.text(), GraphLocation.MAIN));
  }
}
