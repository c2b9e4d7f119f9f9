package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
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
 * An index over one graph of a validated model: who makes and who takes each tensor, and what is
 * known of its type. Reads, never changes.
 */
public final class OnnxGraph {
  /** The input index of a tensor that a node's bodies take from outside. */
  public static final int CAPTURED = -1;

  private final GraphProto graph;
  private final Map<String, Integer> makers = new HashMap<>();
  private final Map<String, List<Use>> uses = new HashMap<>();
  private final Map<String, Integer> byLabel = new LinkedHashMap<>();
  private final List<String> labels = new ArrayList<>();
  private final List<Set<String>> captured = new ArrayList<>();
  private final Map<String, TensorProto> initializers = new LinkedHashMap<>();
  private final Set<String> given = new HashSet<>();
  private final TensorTypes types;

  /**
   * A place where a tensor is taken.
   *
   * @param node the index of the node
   * @param input the index of the input, or {@link #CAPTURED}
   */
  public record Use(int node, int input) {}

  public OnnxGraph(GraphProto graph) {
    this.graph = graph;
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
        makers.put(output, id);
      }
      for (int input = 0; input < node.getInputCount(); input++) {
        use(node.getInput(input), new Use(id, input));
      }
      Set<String> outer = capturedBy(node);
      for (String name : outer) {
        use(name, new Use(id, CAPTURED));
      }
      captured.add(outer);
    }
    makers.remove("");
    uses.remove("");
    this.types = new TensorTypes(graph);
  }

  private void use(String tensor, Use use) {
    uses.computeIfAbsent(tensor, key -> new ArrayList<>()).add(use);
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

  /** The node that makes a tensor; empty for inputs and initializers. */
  public Optional<Integer> maker(String tensor) {
    return Optional.ofNullable(makers.get(tensor));
  }

  public List<Use> uses(String tensor) {
    return uses.getOrDefault(tensor, List.of());
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
    return makers.containsKey(tensor) || given.contains(tensor);
  }

  public TensorType type(String tensor) {
    return types.of(tensor);
  }
}
