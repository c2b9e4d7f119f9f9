package org.grokfast.tools;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Which functions of a graph its nodes call, directly or through others. */
final class Functions {
  private Functions() {}

  /** The graph without the functions that nothing calls. */
  static GraphDef keepUsed(GraphDef graph) {
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

  /** The first called function that updates variables as optimizers do. */
  static Optional<String> training(GraphDef graph) {
    return used(graph).values().stream()
        .filter(function -> function.getNodeDefList().stream().anyMatch(Functions::trains))
        .map(function -> function.getSignature().getName())
        .findFirst();
  }

  private static boolean trains(NodeDef node) {
    String op = node.getOp();
    return op.matches("(Resource)?(Sparse)?Apply[A-Z].*") || op.equals("AssignSubVariableOp");
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
        List<org.tensorflow.proto.NameAttrList> list = value.getList().getFuncList();
        list.forEach(function -> names.add(function.getName()));
      }
    }
    return names;
  }
}
