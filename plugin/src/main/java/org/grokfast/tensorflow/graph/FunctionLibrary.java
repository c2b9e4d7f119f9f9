package org.grokfast.tensorflow.graph;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Which functions of a graph its nodes call, directly or through others. */
public final class FunctionLibrary {
  private FunctionLibrary() {}

  /** The graph without the functions that nothing calls. */
  public static GraphDef keepUsed(GraphDef graph) {
    Set<String> used = used(graph).keySet();
    FunctionDefLibrary library = graph.getLibrary();
    if (used.size() == library.getFunctionCount()) {
      return graph;
    }
    FunctionDefLibrary.Builder kept = library.toBuilder().clearFunction().clearGradient();
    library.getFunctionList().stream()
        .filter(function -> used.contains(function.getSignature().getName()))
        .forEach(kept::addFunction);
    library.getGradientList().stream()
        .filter(gradient -> used.contains(gradient.getFunctionName()))
        .forEach(kept::addGradient);
    return graph.toBuilder().setLibrary(kept).build();
  }

  /** The first called function, by name, of which a node has some property. */
  public static Optional<String> firstWith(GraphDef graph, Predicate<NodeDef> property) {
    return used(graph).values().stream()
        .filter(function -> function.getNodeDefList().stream().anyMatch(property))
        .map(function -> function.getSignature().getName())
        .min(Comparator.naturalOrder());
  }

  private static Map<String, FunctionDef> used(GraphDef graph) {
    Map<String, FunctionDef> all = new HashMap<>();
    Map<String, String> gradients = new HashMap<>();
    graph.getLibrary().getFunctionList().forEach(f -> all.put(f.getSignature().getName(), f));
    graph
        .getLibrary()
        .getGradientList()
        .forEach(g -> gradients.put(g.getFunctionName(), g.getGradientFunc()));
    Map<String, FunctionDef> used = new HashMap<>();
    Deque<String> todo = new ArrayDeque<>(names(graph.getNodeList()));
    while (!todo.isEmpty()) {
      String name = todo.remove();
      FunctionDef function = all.get(name);
      if (function != null && used.put(name, function) == null) {
        todo.addAll(names(function.getNodeDefList()));
        Optional.ofNullable(gradients.get(name)).ifPresent(todo::add);
      }
    }
    return used;
  }

  private static Set<String> names(Collection<NodeDef> nodes) {
    Set<String> names = new LinkedHashSet<>();
    for (NodeDef node : nodes) {
      names.add(node.getOp());
      for (AttrValue value : node.getAttrMap().values()) {
        if (value.hasFunc()) {
          names.add(value.getFunc().getName());
        }
        value.getList().getFuncList().forEach(function -> names.add(function.getName()));
      }
    }
    return names;
  }
}
