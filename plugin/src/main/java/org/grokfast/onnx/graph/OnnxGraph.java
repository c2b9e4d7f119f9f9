package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.rewrite.GraphRewriteException;

/**
 * An index over one graph of a validated model: the producer and the consumers of each tensor, and
 * what is known of its type. Reads, never changes.
 */
public final class OnnxGraph {
  /** The input index of a tensor that a node's bodies take from outside. */
  public static final int CAPTURED = -1;

  private final GraphProto graph;
  private final Map<String, Integer> producers = new HashMap<>();
  private final Map<String, List<Consumer>> consumers = new HashMap<>();
  private final Map<String, Integer> byLabel = new LinkedHashMap<>();
  private final List<String> labels = new ArrayList<>();
  private final List<Set<String>> captured = new ArrayList<>();
  private final Map<String, TensorProto> initializers = new LinkedHashMap<>();
  private final Set<String> given = new HashSet<>();
  private final Map<Callee, FunctionProto> functions = new HashMap<>();
  private final TensorTypes types;

  /**
   * An input of a node that takes a tensor.
   *
   * @param node the index of the node
   * @param input the index of the input, or {@link #CAPTURED}
   */
  public record Consumer(int node, int input) {}

  /** A graph that calls no function of a model. */
  public OnnxGraph(GraphProto graph) {
    this(graph, List.of());
  }

  /**
   * A graph of a model.
   *
   * @param functions the functions that the model defines
   */
  public OnnxGraph(GraphProto graph, List<FunctionProto> functions) {
    this.graph = graph;
    functions.forEach(function -> this.functions.put(Callee.of(function), function));
    graph.getInitializerList().forEach(tensor -> initializers.put(tensor.getName(), tensor));
    graph.getInputList().forEach(input -> given.add(input.getName()));
    given.addAll(initializers.keySet());
    graph.getSparseInitializerList().forEach(tensor -> given.add(tensor.getValues().getName()));
    Map<String, Integer> names = new HashMap<>();
    graph.getNodeList().forEach(node -> names.merge(node.getName(), 1, Integer::sum));
    for (int id = 0; id < graph.getNodeCount(); id++) {
      NodeProto node = graph.getNode(id);
      label(node, id, !node.getName().isEmpty() && names.get(node.getName()) == 1);
      for (String output : node.getOutputList()) {
        producers.put(output, id);
      }
      for (int input = 0; input < node.getInputCount(); input++) {
        consume(node.getInput(input), new Consumer(id, input));
      }
      Set<String> outer = capturedBy(node);
      for (String name : outer) {
        consume(name, new Consumer(id, CAPTURED));
      }
      captured.add(outer);
    }
    producers.remove("");
    consumers.remove("");
    this.types = new TensorTypes(graph);
  }

  private void consume(String tensor, Consumer consumer) {
    consumers.computeIfAbsent(tensor, key -> new ArrayList<>()).add(consumer);
  }

  private void label(NodeProto node, int id, boolean named) {
    String label =
        named
            ? node.getName()
            : node.getOutputList().stream().filter(o -> !o.isEmpty()).findFirst().orElse("");
    if (label.isEmpty() || byLabel.containsKey(label)) {
      label = label + "#" + id;
    }
    byLabel.put(label, id);
    labels.add(label);
  }

  private static Set<String> capturedBy(NodeProto node) {
    Set<String> taken = new LinkedHashSet<>();
    Set<String> made = new HashSet<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        collect(attribute.getG(), taken, made);
      }
      attribute.getGraphsList().forEach(body -> collect(body, taken, made));
    }
    taken.removeAll(made);
    taken.remove("");
    return taken;
  }

  private static void collect(GraphProto body, Set<String> taken, Set<String> made) {
    body.getInputList().forEach(input -> made.add(input.getName()));
    body.getInitializerList().forEach(tensor -> made.add(tensor.getName()));
    body.getSparseInitializerList().forEach(tensor -> made.add(tensor.getValues().getName()));
    body.getOutputList().forEach(output -> taken.add(output.getName()));
    for (NodeProto node : body.getNodeList()) {
      taken.addAll(node.getInputList());
      made.addAll(node.getOutputList());
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          collect(attribute.getG(), taken, made);
        }
        attribute.getGraphsList().forEach(inner -> collect(inner, taken, made));
      }
    }
  }

  public GraphProto proto() {
    return graph;
  }

  public int size() {
    return graph.getNodeCount();
  }

  public NodeProto node(int id) {
    return graph.getNode(id);
  }

  /** What a node is called in reports: its name if that is unique, else its first output. */
  public String label(int id) {
    return labels.get(id);
  }

  public int id(String label) {
    Integer id = byLabel.get(label);
    if (id == null) {
      throw new GraphRewriteException("the graph has no node '" + label + "'");
    }
    return id;
  }

  /** The node whose output a tensor is; empty for inputs and initializers. */
  public Optional<Integer> producer(String tensor) {
    return Optional.ofNullable(producers.get(tensor));
  }

  public List<Consumer> consumers(String tensor) {
    return consumers.getOrDefault(tensor, List.of());
  }

  /** The function that a node calls; empty for an op. */
  public Optional<FunctionProto> function(NodeProto node) {
    return Optional.ofNullable(
        functions.get(new Callee(node.getDomain(), node.getOpType(), node.getOverload())));
  }

  private record Callee(String domain, String name, String overload) {
    static Callee of(FunctionProto function) {
      return new Callee(function.getDomain(), function.getName(), function.getOverload());
    }
  }

  /** The tensors that the bodies of a node take from outside. */
  public Set<String> captured(int id) {
    return captured.get(id);
  }

  /** The inputs that have to be fed: those without a default. */
  public List<ValueInfoProto> fedInputs() {
    return graph.getInputList().stream()
        .filter(input -> !initializers.containsKey(input.getName()))
        .toList();
  }

  public Optional<TensorProto> initializer(String name) {
    return Optional.ofNullable(initializers.get(name));
  }

  public boolean has(String tensor) {
    return producers.containsKey(tensor) || given.contains(tensor);
  }

  public TensorType type(String tensor) {
    return types.of(tensor);
  }
}
