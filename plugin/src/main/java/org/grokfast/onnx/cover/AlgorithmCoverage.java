package org.grokfast.onnx.cover;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.onnx.find.step.OptimizerNodes;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.GradientOp;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.next.OwnRules;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.rewrite.coverage.VariableFate;
import org.grokfast.text.ShellWord;

/** What becomes of the values that the bindings of a {@code training_info} update. */
final class AlgorithmCoverage {
  private final TrainingInfoProto training;
  private final OnnxGraph graph;
  private final DataFlow flow;
  private final String location;
  private final List<Finding> findings;
  private final Map<String, UpdateSite> sites = new HashMap<>();
  private final Map<String, List<String>> gradients = new HashMap<>();
  private final Set<String> optimizerStates = new HashSet<>();
  private final Set<String> optimizerWeights = new HashSet<>();
  private final Map<String, String> trained = new LinkedHashMap<>();
  private final OwnRules rules;

  /**
   * The coverage of one algorithm.
   *
   * @param main the model's own graph, whose tensors the algorithm may take
   * @param location the name of the {@code training_info}
   */
  AlgorithmCoverage(
      TrainingInfoProto training, OnnxGraph main, String location, List<Finding> findings) {
    this.training = training;
    this.graph = new OnnxGraph(training.getAlgorithm());
    this.flow = new DataFlow(graph);
    this.location = location;
    this.findings = findings;
    for (Finding finding : findings) {
      if (finding instanceof UpdateSite site && site.evidence().trigger().equals(location)) {
        sites.put(site.variable().name(), site);
      }
    }
    training.getAlgorithm().getNodeList().forEach(this::index);
    this.rules = new OwnRules(graph, flow, flow.descendants(data(main)));
  }

  private void index(NodeProto node) {
    List<String> arguments = GradientOp.arguments(node);
    for (int i = 0; GradientOp.is(node) && i < arguments.size(); i++) {
      gradients.computeIfAbsent(arguments.get(i), key -> new ArrayList<>()).add(node.getOutput(i));
    }
    Set<Integer> weights = OptimizerNodes.weights(node);
    OptimizerNodes.updates(node)
        .forEach(
            (in, out) ->
                (weights.contains(in) ? optimizerWeights : optimizerStates)
                    .add(node.getOutput(out)));
  }

  /** What depends on the data: the algorithm's own inputs, and what the model's graph computes. */
  private Set<String> data(OnnxGraph main) {
    Set<String> bound = new HashSet<>();
    training.getUpdateBindingList().forEach(binding -> bound.add(binding.getKey()));
    Set<String> data = new HashSet<>();
    gradients.values().forEach(data::addAll);
    training.getAlgorithm().getInputList().stream()
        .map(ValueInfoProto::getName)
        .filter(name -> !bound.contains(name) && graph.initializer(name).isEmpty())
        .filter(name -> !graph.type(name).isSingle())
        .forEach(data::add);
    for (NodeProto node : training.getAlgorithm().getNodeList()) {
      boolean takes =
          node.getInputList().stream()
              .anyMatch(
                  input ->
                      main.producer(input).isPresent()
                          || main.fedInputs().stream().anyMatch(i -> i.getName().equals(input)));
      if (takes) {
        data.addAll(node.getOutputList());
      }
    }
    return data;
  }

  List<VariableFate> fates() {
    Map<String, String> bindings = new LinkedHashMap<>();
    for (StringStringEntryProto binding : training.getUpdateBindingList()) {
      bindings.putIfAbsent(binding.getKey(), binding.getValue());
    }
    bindings.forEach(
        (key, value) -> {
          if (sites.containsKey(key) || isTrained(key, value)) {
            trained.put(value, key);
          }
        });
    List<VariableFate> all = new ArrayList<>();
    bindings.forEach(
        (key, value) -> {
          boolean moved = rules.isData(value) || sites.containsKey(key) || isOptimizers(value);
          if (moved) {
            all.add(fate(key, value));
          }
        });
    return all;
  }

  private boolean isOptimizers(String value) {
    return optimizerStates.contains(value) || optimizerWeights.contains(value);
  }

  private boolean isTrained(String key, String value) {
    BitSet before = flow.ancestors(List.of(value));
    return optimizerWeights.contains(value)
        || gradients.getOrDefault(key, List.of()).stream()
            .anyMatch(gradient -> flow.isIn(gradient, before));
  }

  private VariableFate fate(String key, String value) {
    String writer = location + "/" + graph.producer(value).map(graph::label).orElse(value);
    UpdateSite site = sites.get(key);
    if (site != null) {
      return new VariableFate(key, Fate.FILTERED, writer, site.evidence().text());
    }
    if (isTrained(key, value)) {
      return new VariableFate(
          key,
          Fate.UNFILTERED,
          writer,
          said(key).orElse(Reason.of("its gradient is not filtered")));
    }
    if (optimizerStates.contains(value) || leads(key)) {
      return new VariableFate(
          key, Fate.OPTIMIZER_STATE, writer, "it leads to the next value of a trained parameter");
    }
    return rules
        .of(key, value, trained)
        .map(reason -> new VariableFate(key, Fate.NOT_BY_GRADIENT, writer, reason))
        .orElseGet(
            () ->
                new VariableFate(
                    key,
                    Fate.UNDECIDED,
                    writer,
                    said(key)
                        .orElse(
                            Reason.of(
                                "no Gradient node gives its gradient",
                                "name that with --gradient " + ShellWord.of(key + "=TENSOR")))));
  }

  /** Whether a node that takes a value leads to a trained parameter, behind the gradients. */
  private boolean leads(String key) {
    BitSet leading = flow.ancestors(trained.keySet());
    BitSet before = flow.ancestors(sites.values().stream().map(UpdateSite::gradient).toList());
    boolean single = graph.type(key).isSingle();
    List<String> results =
        graph.consumers(key).stream()
            .flatMap(consumer -> graph.node(consumer.node()).getOutputList().stream())
            .filter(flow::has)
            .toList();
    return results.stream().anyMatch(tensor -> leading.get(flow.number(tensor)))
        && (single || results.stream().noneMatch(tensor -> before.get(flow.number(tensor))));
  }

  private Optional<Reason> said(String key) {
    return findings.stream()
        .filter(NearMiss.class::isInstance)
        .map(NearMiss.class::cast)
        .map(NearMiss::reason)
        .filter(reason -> reason.why().contains("'" + key + "'"))
        .findFirst();
  }
}
