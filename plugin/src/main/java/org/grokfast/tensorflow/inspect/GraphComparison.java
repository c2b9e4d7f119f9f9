package org.grokfast.tensorflow.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.grokfast.rewrite.GraphDiff;
import org.grokfast.rewrite.GraphDiff.Changes;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.graph.TensorName;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;

/** Compares two TensorFlow graphs. */
public final class GraphComparison {
  private GraphComparison() {}

  /** Compares two graphs, with signatures and collections where a form has them. */
  public static GraphDiff between(GraphFile before, GraphFile after) {
    GraphDef a = before.graph();
    GraphDef b = after.graph();
    Map<String, NodeDef> nodesBefore = byName(a.getNodeList(), NodeDef::getName);
    Map<String, NodeDef> nodesAfter = byName(b.getNodeList(), NodeDef::getName);
    MetaGraphDef metaBefore = before.metaGraph().orElse(MetaGraphDef.getDefaultInstance());
    MetaGraphDef metaAfter = after.metaGraph().orElse(MetaGraphDef.getDefaultInstance());
    return new GraphDiff(
        Changes.between(nodesBefore, nodesAfter, GraphComparison::fields),
        Changes.between(edges(a), edges(b)),
        Changes.between(functions(a), functions(b), GraphComparison::fields),
        Changes.between(Initializers.of(a, nodesBefore), Initializers.of(b, nodesAfter)),
        Changes.between(
            new TreeMap<>(metaBefore.getSignatureDefMap()),
            new TreeMap<>(metaAfter.getSignatureDefMap()),
            (x, y) -> messageFields(x, y)),
        other(a, b, metaBefore, metaAfter));
  }

  private static <T> Map<String, T> byName(List<T> things, Function<T, String> name) {
    Map<String, T> result = new LinkedHashMap<>();
    things.forEach(thing -> result.put(name.apply(thing), thing));
    return result;
  }

  private static Map<String, FunctionDef> functions(GraphDef graph) {
    return byName(graph.getLibrary().getFunctionList(), f -> f.getSignature().getName());
  }

  private static Set<String> edges(GraphDef graph) {
    Set<String> edges = new LinkedHashSet<>();
    for (NodeDef node : graph.getNodeList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        String input = node.getInput(i);
        edges.add(input + " -> " + node.getName() + (TensorName.isControl(input) ? "" : ":" + i));
      }
    }
    return edges;
  }

  private static List<String> fields(NodeDef before, NodeDef after) {
    List<String> fields = new ArrayList<>();
    if (!before.getOp().equals(after.getOp())) {
      fields.add("op " + before.getOp() + " -> " + after.getOp());
    }
    if (!before.getDevice().equals(after.getDevice())) {
      fields.add("device '" + before.getDevice() + "' -> '" + after.getDevice() + "'");
    }
    if (!before.getInputList().equals(after.getInputList())) {
      fields.add("inputs");
    }
    Set<String> names = new TreeSet<>(before.getAttrMap().keySet());
    names.addAll(after.getAttrMap().keySet());
    names.removeIf(
        name ->
            Optional.ofNullable(before.getAttrMap().get(name))
                .equals(Optional.ofNullable(after.getAttrMap().get(name))));
    names.forEach(name -> fields.add("attribute " + name));
    return fields.isEmpty() ? List.of("debug information") : fields;
  }

  private static List<String> fields(FunctionDef before, FunctionDef after) {
    Changes nodes =
        Changes.between(
            byName(before.getNodeDefList(), NodeDef::getName),
            byName(after.getNodeDefList(), NodeDef::getName),
            GraphComparison::fields);
    List<String> fields = new ArrayList<>();
    nodes.added().forEach(name -> fields.add("node added: " + name));
    nodes.removed().forEach(name -> fields.add("node removed: " + name));
    nodes.changed().forEach((name, what) -> fields.add("node changed: " + name));
    messageFields(before, after).stream()
        .filter(field -> !field.equals("node_def"))
        .forEach(fields::add);
    return fields.isEmpty() ? List.of("order of nodes") : fields;
  }

  private static List<String> messageFields(
      com.google.protobuf.Message before, com.google.protobuf.Message after) {
    List<String> fields = new ArrayList<>();
    for (var field : before.getDescriptorForType().getFields()) {
      if (!before.getField(field).equals(after.getField(field))) {
        fields.add(field.getName());
      }
    }
    if (!before.getUnknownFields().equals(after.getUnknownFields())) {
      fields.add("unknown fields");
    }
    return fields;
  }

  private static List<String> other(
      GraphDef a, GraphDef b, MetaGraphDef metaBefore, MetaGraphDef metaAfter) {
    List<String> other = new ArrayList<>();
    if (!a.getVersions().equals(b.getVersions())) {
      other.add("versions");
    }
    Set<String> common = new LinkedHashSet<>(names(a));
    common.retainAll(names(b));
    List<String> orderBefore = names(a).stream().filter(common::contains).toList();
    if (!orderBefore.equals(names(b).stream().filter(common::contains).toList())) {
      other.add("order of nodes");
    }
    if (!a.getUnknownFields().equals(b.getUnknownFields())) {
      other.add("unknown fields of the graph");
    }
    if (!gradients(a).equals(gradients(b))) {
      other.add("gradient functions");
    }
    Changes collections =
        Changes.between(
            new TreeMap<>(metaBefore.getCollectionDefMap()),
            new TreeMap<>(metaAfter.getCollectionDefMap()),
            (x, y) -> List.of());
    collections.added().forEach(name -> other.add("collection added: " + name));
    collections.removed().forEach(name -> other.add("collection removed: " + name));
    collections.changed().keySet().forEach(name -> other.add("collection changed: " + name));
    messageFields(metaBefore, metaAfter).stream()
        .filter(f -> !Set.of("graph_def", "signature_def", "collection_def").contains(f))
        .forEach(other::add);
    return other;
  }

  private static List<String> names(GraphDef graph) {
    return graph.getNodeList().stream().map(NodeDef::getName).toList();
  }

  private static Map<String, String> gradients(GraphDef graph) {
    return graph.getLibrary().getGradientList().stream()
        .collect(Collectors.toMap(g -> g.getFunctionName(), g -> g.getGradientFunc(), (x, y) -> y));
  }
}
