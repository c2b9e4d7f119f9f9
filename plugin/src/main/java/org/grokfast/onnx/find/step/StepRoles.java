package org.grokfast.onnx.find.step;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.grokfast.onnx.find.step.CarriedPairs.Pair;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.next.Kept;

/**
 * What the inputs and outputs of a training step are: data, parameters, optimizer state, metrics.
 *
 * <p>Metrics are the outputs that hold no next value, of these the single numbers, such as a loss,
 * that depend on an array. A carried value that reaches a metric is a parameter, unless it is a
 * loss scale or made anew in every step; one that does not is optimizer state. Data are the inputs
 * that reach a metric and are not carried or made anew; a single number that reaches it by way of
 * updated parameters alone, as a rate does where a second loss is computed with them, is none.
 */
public final class StepRoles {
  private final OnnxGraph graph;
  private final DataFlow flow;
  private final CarriedPairs pairs;
  private final Set<String> metrics;
  private final BitSet toMetrics;
  private final Set<String> madeAnew;
  private final Set<String> gated;
  private final Set<String> rates;
  private final Set<String> data;
  private final BitSet fromData;
  private final Set<String> scales;
  private final BitSet afterState;
  private final Set<String> written = new HashSet<>();

  StepRoles(OnnxGraph graph, DataFlow flow, CarriedPairs pairs) {
    this.graph = graph;
    this.flow = flow;
    this.pairs = pairs;
    pairs.all().forEach(pair -> written.addAll(written(pair)));
    this.metrics = findMetrics();
    this.toMetrics = flow.ancestors(metrics);
    this.gated = new GatedStates(graph, flow, pairs, metrics, toMetrics).find();
    this.madeAnew = findMadeAnew();
    this.rates = findRates();
    this.data = findData();
    this.fromData = flow.descendants(data);
    this.scales = findScales();
    this.afterState = flow.descendants(states());
  }

  /** The inputs with data, in alphabetical order. */
  public Set<String> data() {
    return data;
  }

  /** Whether an output is a metric. */
  public boolean isMetric(String output) {
    return metrics.contains(output);
  }

  /** The outputs that are metrics. */
  public Set<String> metrics() {
    return metrics;
  }

  /** Whether a metric depends on a tensor. */
  public boolean reachesMetric(String tensor) {
    return toMetrics.get(flow.number(tensor));
  }

  /** The numbers of the tensors that depend on optimizer state. */
  BitSet afterState() {
    return afterState;
  }

  /** Whether a carried value is trained rather than optimizer state. */
  public boolean isParameter(Pair pair) {
    if (pair.isByHand()) {
      return true;
    }
    if (!metrics.isEmpty()) {
      return reachesMetric(pair.input()) && !isScale(pair) && !isMadeAnew(pair);
    }
    // Without a loss: a state goes into the update of another pair of its shape; a parameter not.
    BitSet reached = flow.descendants(List.of(pair.input()));
    return pairs.all().stream()
        .filter(other -> !other.equals(pair))
        .filter(other -> graph.type(other.input()).equals(graph.type(pair.input())))
        .noneMatch(other -> reached.get(flow.number(other.output())));
  }

  /**
   * Whether a carried value on which a metric depends keeps nothing of itself from step to step,
   * and takes nothing from optimizer state: the hidden state of a recurrent network, or data that
   * an output happens to be named after.
   */
  public boolean isMadeAnew(Pair pair) {
    return madeAnew.contains(pair.input());
  }

  /** Whether what is made anew takes some of its old value through a gate. */
  public boolean isGated(Pair pair) {
    return gated.contains(pair.input());
  }

  /** Whether a carried value is optimizer state. */
  boolean isState(Pair pair) {
    return !isParameter(pair) && !isScale(pair) && !isMadeAnew(pair);
  }

  /**
   * Whether a carried value is a single number that is only multiplied and bounded from step to
   * step, as a loss scale or the power of a decay is.
   */
  public boolean isScale(Pair pair) {
    return scales.contains(pair.input());
  }

  /**
   * The tensors that influence a parameter's next value, in this step or in a later one by way of
   * optimizer state, by number: Lion and ADOPT update their momentum after the weights.
   */
  public BitSet leading(String output) {
    Set<String> ends = new HashSet<>(List.of(output));
    BitSet leading = flow.ancestors(ends);
    boolean more = true;
    while (more) {
      more = false;
      for (Pair pair : pairs.all()) {
        if (isState(pair) && leading.get(flow.number(pair.input())) && ends.add(pair.output())) {
          leading.or(flow.ancestors(List.of(pair.output())));
          more = true;
        }
      }
    }
    return leading;
  }

  private Set<String> findMetrics() {
    Set<String> all = new LinkedHashSet<>();
    for (ValueInfoProto output : graph.proto().getOutputList()) {
      // What is stored, or what nothing makes, is none.
      if (!pairs.isOutput(output.getName()) && flow.has(output.getName())) {
        all.add(output.getName());
      }
    }
    // A rate or a count of steps that is given back for a log is no loss.
    BitSet ofArrays =
        flow.descendants(
            graph.fedInputs().stream()
                .map(ValueInfoProto::getName)
                .filter(input -> !isSingle(input))
                .toList());
    if (all.stream().anyMatch(output -> flow.isIn(output, ofArrays))) {
      all.removeIf(output -> !flow.isIn(output, ofArrays));
    }
    // Where there is a single number, another output may be an unpaired next value.
    Set<String> single = new LinkedHashSet<>(all);
    single.removeIf(output -> !isSingle(output));
    return single.isEmpty() ? all : single;
  }

  private boolean isSingle(String tensor) {
    return graph.type(tensor).isSingle();
  }

  private Set<String> findData() {
    Set<String> sources = new TreeSet<>();
    for (ValueInfoProto input : graph.fedInputs()) {
      String name = input.getName();
      if ((!pairs.isInput(name) || madeAnew.contains(name))
          && (metrics.isEmpty() ? !isSingle(name) : reachesMetric(name) && !rates.contains(name))) {
        sources.add(name);
      }
    }
    return sources;
  }

  /**
   * The single numbers among the inputs that reach no metric but by way of updated values: a
   * learning rate, a bound, the counter that a rate is made from, a loss scale.
   */
  Set<String> rates() {
    return rates;
  }

  private Set<String> findRates() {
    return graph.fedInputs().stream()
        .map(ValueInfoProto::getName)
        .filter(input -> isSingle(input) && isRate(input))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether an input reaches no metric but by way of updated values. */
  private boolean isRate(String input) {
    BitSet reached = flow.descendants(List.of(input), written());
    return metrics.stream().noneMatch(metric -> reached.get(flow.number(metric)));
  }

  /** The next values of all pairs. */
  public Set<String> written() {
    return written;
  }

  /** The next value of a pair, and what it is another name of. */
  public Set<String> written(Pair pair) {
    Set<String> names = new LinkedHashSet<>(List.of(pair.output()));
    String tensor = pair.output();
    Optional<Integer> maker = graph.producer(tensor);
    while (maker.isPresent() && isCopy(graph.node(maker.get()))) {
      tensor = graph.node(maker.get()).getInput(0);
      maker = graph.producer(tensor);
      if (maker.isPresent()) {
        names.add(tensor);
      }
    }
    return names;
  }

  private static boolean isCopy(NodeProto node) {
    return node.getOpType().equals("Identity") && node.getInputCount() == 1;
  }

  private Set<String> findMadeAnew() {
    Kept kept = Kept.perhaps(graph);
    Set<String> found = new TreeSet<>();
    BitSet fromState =
        flow.descendants(
            pairs.all().stream()
                .map(Pair::input)
                .filter(input -> !reachesMetric(input) && !isSingle(input))
                .toList());
    for (Pair pair : pairs.all()) {
      if (!pair.isByHand()
          && reachesMetric(pair.input())
          && flow.has(pair.output())
          && !fromState.get(flow.number(pair.output()))
          && (gated.contains(pair.input()) || !kept.keeps(pair.output(), pair.input()))) {
        found.add(pair.input());
      }
    }
    return found;
  }

  private Set<String> findScales() {
    UpdateTerms terms = new UpdateTerms(graph, flow);
    Set<String> found = new TreeSet<>();
    for (Pair pair : pairs.all()) {
      if (isSingle(pair.input())
          && terms.isScaled(pair.output(), pair.input(), this::dependsOnData)) {
        found.add(pair.input());
      }
    }
    return found;
  }

  /**
   * The inputs with optimizer state. A single number is one only if data are added to it: a step
   * counter may influence the gradient too, and so does a loss scale.
   */
  private Set<String> states() {
    Set<String> states = new TreeSet<>();
    for (Pair pair : pairs.all()) {
      boolean isCount = isScale(pair) || !dependsOnData(pair.output());
      if (!isParameter(pair) && !isMadeAnew(pair) && !(isSingle(pair.input()) && isCount)) {
        states.add(pair.input());
      }
    }
    return states;
  }

  private boolean dependsOnData(String tensor) {
    return flow.isIn(tensor, fromData);
  }
}
