package org.grokfast.onnx.cover;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.onnx.find.step.CarriedPairs.Pair;
import org.grokfast.onnx.find.step.OptimizerNodes;
import org.grokfast.onnx.find.step.StepRoles;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.next.OwnRules;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.rewrite.coverage.VariableFate;
import org.grokfast.text.ShellWord;

/** What becomes of the values that a model's own graph carries from step to step. */
final class StepCoverage {
  private static final Set<String> BODIES = Set.of("If", "Loop", "Scan");

  private final TrainingModel model;
  private final OnnxGraph graph;
  private final DataFlow flow;
  private final StepRoles roles;
  private final List<Finding> findings;
  private final Map<String, UpdateSite> sites = new HashMap<>();
  private final BitSet fromData;
  private final OwnRules rules;
  private final Map<String, VariableFate> fates = new LinkedHashMap<>();
  private final Map<String, String> trained = new LinkedHashMap<>();

  StepCoverage(TrainingModel model, List<Finding> findings) {
    this.model = model;
    this.graph = model.graph();
    this.flow = model.flow();
    this.roles = model.roles();
    this.findings = findings;
    for (Finding finding : findings) {
      if (finding instanceof UpdateSite site
          && site.evidence().trigger().equals(GraphLocation.MAIN)) {
        sites.put(site.variable().name(), site);
      }
    }
    this.fromData = flow.descendants(data());
    this.rules = new OwnRules(graph, flow, fromData);
  }

  /** The inputs with data: what the rules take for such, and every other array that is fed. */
  private Set<String> data() {
    Set<String> data = new HashSet<>(roles.data());
    for (ValueInfoProto input : graph.fedInputs()) {
      String name = input.getName();
      if (!model.pairs().isInput(name) && !graph.type(name).isSingle()) {
        data.add(name);
      }
    }
    return data;
  }

  /** The fates, in the order of the inputs. */
  List<VariableFate> fates() {
    Map<String, Pair> pairs = new LinkedHashMap<>();
    graph
        .proto()
        .getInputList()
        .forEach(
            input -> model.pairs().of(input.getName()).ifPresent(p -> pairs.put(p.input(), p)));
    pairs
        .values()
        .removeIf(
            pair -> !rules.isData(pair.output()) && !isChosen(pair.output()) && !isLate(pair));
    pairs.values().forEach(this::filtered);
    pairs.values().forEach(this::trainedWithout);
    pairs.values().forEach(this::others);
    List<VariableFate> all = new ArrayList<>();
    pairs.keySet().forEach(input -> all.add(fates.get(input)));
    unpaired(all);
    fused(all);
    return all;
  }

  /** Whether data decide about a tensor by a condition alone, which is no flow of data. */
  private boolean isChosen(String output) {
    Set<String> seen = new HashSet<>(Set.of(output));
    Deque<String> todo = new ArrayDeque<>(seen);
    while (!todo.isEmpty()) {
      String tensor = todo.remove();
      if (rules.isData(tensor)) {
        return true;
      }
      graph
          .producer(tensor)
          .ifPresent(
              id -> {
                graph.node(id).getInputList().stream().filter(seen::add).forEach(todo::add);
                graph.captured(id).stream().filter(seen::add).forEach(todo::add);
              });
    }
    return false;
  }

  /** Whether data change a parameter in a later step alone, by way of optimizer state. */
  private boolean isLate(Pair pair) {
    return roles.isParameter(pair) && roles.leading(pair.output()).intersects(fromData);
  }

  private String writer(String output) {
    return graph.producer(output).map(graph::label).orElse(output);
  }

  private void put(Pair pair, Fate fate, String why) {
    put(pair, fate, Reason.of(why));
  }

  private void put(Pair pair, Fate fate, Reason reason) {
    fates.put(pair.input(), new VariableFate(pair.input(), fate, writer(pair.output()), reason));
  }

  private void filtered(Pair pair) {
    UpdateSite site = sites.get(pair.input());
    if (site != null) {
      trained.put(pair.output(), pair.input());
      put(pair, Fate.FILTERED, site.evidence().text());
    }
  }

  /** Parameters that a gradient trains though no site is theirs. */
  private void trainedWithout(Pair pair) {
    if (fates.containsKey(pair.input()) || isOptimizerState(pair)) {
      return;
    }
    Optional<String> gradient =
        roles.isParameter(pair) && own(pair).isEmpty() ? model.gradient(pair) : Optional.empty();
    if (gradient.isEmpty()) {
      return;
    }
    trained.put(pair.output(), pair.input());
    Optional<UpdateSite> shared =
        sites.values().stream()
            .filter(site -> site.gradient().equals(gradient.get()))
            .filter(site -> leadsOnlyBy(site, pair.output()))
            .findFirst();
    if (shared.isPresent()) {
      put(
          pair,
          Fate.FILTERED,
          "it takes the filtered gradient of '" + shared.get().variable().name() + "'");
    } else {
      put(
          pair,
          Fate.UNFILTERED,
          said(pair).orElse(Reason.of("its gradient '" + gradient.get() + "' is not filtered")));
    }
  }

  /** Whether every node that takes the gradient on the way to an output is one of the site's. */
  private boolean leadsOnlyBy(UpdateSite site, String output) {
    BitSet leading = roles.leading(output);
    return graph.consumers(site.gradient()).stream()
        .filter(
            consumer ->
                graph.node(consumer.node()).getOutputList().stream()
                    .anyMatch(o -> flow.isIn(o, leading)))
        .allMatch(
            consumer ->
                site.edges().stream()
                    .anyMatch(
                        edge ->
                            edge.node().equals(graph.label(consumer.node()))
                                && edge.input() == consumer.input()));
  }

  private Optional<String> own(Pair pair) {
    return roles.reachesMetric(pair.input())
        ? rules.ofParameter(pair.input(), pair.output(), trained).or(() -> madeAnew(pair))
        : rules.of(pair.input(), pair.output(), trained);
  }

  private Optional<String> madeAnew(Pair pair) {
    if (roles.isGated(pair)) {
      return Optional.of(
          "it is carried on through a gate, as the hidden state of a recurrent network, and the loss"
              + " depends on it by way of its next value alone");
    }
    return roles.isMadeAnew(pair)
        ? Optional.of(
            "it is made anew in every step and keeps nothing of its old value, as the hidden state"
                + " of a recurrent network")
        : Optional.empty();
  }

  private void others(Pair pair) {
    if (fates.containsKey(pair.input())) {
      return;
    }
    if (roles.isScale(pair)) {
      put(pair, Fate.NOT_BY_GRADIENT, "it is a single number that is scaled, as a loss scale is");
      return;
    }
    if (isOptimizerState(pair)) {
      put(pair, Fate.OPTIMIZER_STATE, "it leads to the next value of a trained parameter");
      return;
    }
    Optional<String> own = own(pair);
    if (own.isPresent()) {
      put(pair, Fate.NOT_BY_GRADIENT, own.get());
    } else if (graph.type(pair.input()).isSingle() && !roles.reachesMetric(pair.input())) {
      put(pair, Fate.NOT_BY_GRADIENT, "it is a single number that no loss depends on");
    } else {
      open(pair);
    }
  }

  private void open(Pair pair) {
    Optional<Reason> hidden = hidden(pair.output());
    if (hidden.isPresent()) {
      put(pair, Fate.UNDECIDED, hidden.get());
    } else if (!rules.isData(pair.output()) && !isLate(pair)) {
      put(
          pair,
          Fate.UNDECIDED,
          "a condition that the data decide chooses its next value, and what it has to do with a"
              + " gradient can't be seen from that");
    } else if (roles.reachesMetric(pair.input())) {
      put(
          pair,
          Fate.UNFILTERED,
          said(pair)
              .orElse(
                  Reason.of(
                      "data changes it, and the loss depends on it, but its gradient was not"
                          + " found")));
    } else {
      put(
          pair,
          Fate.UNDECIDED,
          Reason.of(
              "the data change it, but no loss among the outputs depends on it",
              "add the loss to the outputs, or name its gradient with --gradient "
                  + ShellWord.of(pair.input() + "=TENSOR")));
    }
  }

  /** What hides how an output is made. */
  private Optional<Reason> hidden(String output) {
    BitSet before = flow.ancestors(List.of(output));
    return before.stream()
        .filter(fromData::get)
        .mapToObj(tensor -> graph.producer(flow.name(tensor)))
        .flatMap(Optional::stream)
        .filter(id -> isHidden(graph.node(id)))
        .findFirst()
        .map(
            id ->
                BODIES.contains(graph.node(id).getOpType())
                    ? Reason.of(
                        "what the body of '"
                            + graph.label(id)
                            + "' ("
                            + graph.node(id).getOpType()
                            + ") makes of the data can't be seen from outside")
                    : Reason.of(
                        "the function '"
                            + name(graph.node(id))
                            + "' hides what it makes of the data",
                        "inline it first (onnx.inliner.inline_local_functions)"));
  }

  private boolean isHidden(NodeProto node) {
    return BODIES.contains(node.getOpType()) || model.functions().contains(name(node));
  }

  private static String name(NodeProto node) {
    return node.getDomain() + "." + node.getOpType();
  }

  /** What a rule said of the update of a parameter. */
  private Optional<Reason> said(Pair pair) {
    return findings.stream()
        .filter(NearMiss.class::isInstance)
        .map(NearMiss.class::cast)
        .map(NearMiss::reason)
        .filter(reason -> reason.why().contains("'" + pair.input() + "'"))
        .findFirst();
  }

  /**
   * Whether a value enters the update of a trained parameter behind its gradient. A single number,
   * as a step counter is, may influence the gradient as well.
   */
  private boolean isOptimizerState(Pair pair) {
    if (!flow.has(pair.input())
        || roles.isMadeAnew(pair)
        || (!roles.metrics().isEmpty() && roles.isParameter(pair))) {
      return false;
    }
    int number = flow.number(pair.input());
    for (Map.Entry<String, String> parameter : trained.entrySet()) {
      UpdateSite site = sites.get(parameter.getValue());
      boolean behind =
          site == null
              || graph.type(pair.input()).isSingle()
              || !flow.ancestors(List.of(site.gradient())).get(number);
      if (behind && roles.leading(parameter.getKey()).get(number)) {
        return true;
      }
    }
    return false;
  }

  /** Inputs of which an output may be the next value, though nothing says so. */
  private void unpaired(List<VariableFate> all) {
    Set<String> named = new HashSet<>();
    all.forEach(each -> named.add(each.variable()));
    for (ValueInfoProto output : graph.proto().getOutputList()) {
      String name = output.getName();
      if (model.pairs().isOutput(name) || roles.isMetric(name) || !rules.isData(name)) {
        continue;
      }
      BitSet before = flow.ancestors(List.of(name));
      graph.fedInputs().stream()
          .map(ValueInfoProto::getName)
          .filter(input -> !model.pairs().isInput(input) && !named.contains(input))
          .filter(input -> model.pairs().fits(input, name) && graph.type(name).isStated())
          .filter(input -> before.get(flow.number(input)) && roles.reachesMetric(input))
          .findFirst()
          .ifPresent(
              input -> {
                named.add(input);
                all.add(
                    new VariableFate(
                        input,
                        Fate.UNDECIDED,
                        writer(name),
                        Reason.of(
                            "the output '" + name + "' has its type and shape, and is made from it",
                            "if that is its next value, say so with --update "
                                + ShellWord.of(input + "=" + name))));
              });
    }
  }

  /** Optimizers that take all parameters at once hide which they train. */
  private void fused(List<VariableFate> all) {
    for (int id = 0; id < graph.size(); id++) {
      if (OptimizerNodes.isFused(graph.node(id))) {
        all.add(
            new VariableFate(
                graph.label(id),
                Fate.UNDECIDED,
                graph.label(id),
                graph.node(id).getOpType()
                    + " takes parameters and gradients as sequences, so that what it trains can't"
                    + " be told one by one"));
      }
    }
  }
}
