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
import org.grokfast.tensorflow.file.GraphFile;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * In what two graphs differ. Things are matched by name: a renamed node is one removed and one
 * added.
 *
 * @param nodes the nodes; for a changed one, which of its fields changed
 * @param edges the connections, spelled {@code tensor -> node:input} or {@code ^node -> node}
 * @param functions the functions
 * @param initializers the assignments that give variables their first values, spelled {@code
 *     variable <- node}
 * @param signatures the signatures
 * @param other what else differs: fields of the MetaGraphDef, versions, the order of the nodes
 */
public record GraphDiff(
    Changes nodes,
    Changes edges,
    Changes functions,
    Changes initializers,
    Changes signatures,
    List<String> other) {

  /** Makes the list immutable. */
  public GraphDiff {
    other = List.copyOf(other);
  }

  /**
   * Changes of one kind of thing.
   *
   * @param added the names of what only the second graph has, in its order
   * @param removed the names of what only the first graph has, in its order
   * @param changed the names of what both have in different form, with what differs
   */
  public record Changes(
      List<String> added, List<String> removed, Map<String, List<String>> changed) {
    /** Makes the lists immutable. */
    public Changes {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
      changed = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(changed));
    }

    /** Whether nothing changed. */
    public boolean isEmpty() {
      return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }

    private static <T> Changes between(
        Map<String, T> before, Map<String, T> after, Comparison<T> comparison) {
      Map<String, List<String>> changed = new LinkedHashMap<>();
      before.forEach(
          (name, old) -> {
            T other = after.get(name);
            if (other != null && !old.equals(other)) {
              changed.put(name, comparison.differences(old, other));
            }
          });
      return new Changes(
          after.keySet().stream().filter(name -> !before.containsKey(name)).toList(),
          before.keySet().stream().filter(name -> !after.containsKey(name)).toList(),
          changed);
    }

    private static Changes between(Set<String> before, Set<String> after) {
      return new Changes(
          after.stream().filter(name -> !before.contains(name)).toList(),
          before.stream().filter(name -> !after.contains(name)).toList(),
          Map.of());
    }
  }

  private interface Comparison<T> {
    List<String> differences(T before, T after);
  }

  /** Compares two graphs, with signatures and collections where a form has them. */
  public static GraphDiff between(GraphFile before, GraphFile after) {
    GraphDef a = before.graph();
    GraphDef b = after.graph();
    Map<String, NodeDef> nodesBefore = byName(a.getNodeList(), NodeDef::getName);
    Map<String, NodeDef> nodesAfter = byName(b.getNodeList(), NodeDef::getName);
    MetaGraphDef metaBefore = before.metaGraph().orElse(MetaGraphDef.getDefaultInstance());
    MetaGraphDef metaAfter = after.metaGraph().orElse(MetaGraphDef.getDefaultInstance());
    return new GraphDiff(
        Changes.between(nodesBefore, nodesAfter, GraphDiff::fields),
        Changes.between(edges(a), edges(b)),
        Changes.between(functions(a), functions(b), GraphDiff::fields),
        Changes.between(Initializers.of(a, nodesBefore), Initializers.of(b, nodesAfter)),
        Changes.between(
            new TreeMap<>(metaBefore.getSignatureDefMap()),
            new TreeMap<>(metaAfter.getSignatureDefMap()),
            (x, y) -> messageFields(x, y)),
        other(a, b, metaBefore, metaAfter));
  }

  /** Whether the graphs are equal, message for message. */
  public boolean isEmpty() {
    return nodes.isEmpty()
        && edges.isEmpty()
        && functions.isEmpty()
        && initializers.isEmpty()
        && signatures.isEmpty()
        && other.isEmpty();
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
        edges.add(input + " -> " + node.getName() + (input.startsWith("^") ? "" : ":" + i));
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
            GraphDiff::fields);
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
