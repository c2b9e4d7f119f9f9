package org.grokfast.tensorflow.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.nodes.FunctionParts;
import org.tensorflow.proto.NodeDef;

/**
 * The functions that a graph calls, at any depth, with the variables that their arguments are.
 *
 * <p>A function knows variables only as arguments. They are followed through all calls of it, from
 * the main graph down; an argument that is not the same variable in every call stays unknown.
 */
final class FunctionBodies {
  private static final String MAIN = "";

  private final Map<String, FunctionParts> library = new LinkedHashMap<>();
  private final Map<String, List<FunctionCall>> callsByCaller = new HashMap<>();
  private final Map<String, List<FunctionBody.Call>> callsByFunction = new HashMap<>();
  private final Map<String, ArgumentVariables> arguments = new HashMap<>();

  private FunctionBodies(GraphIndex main) {
    main.parts().functions().forEach(function -> library.put(function.name(), function));
  }

  /**
   * The functions, each after all that call it.
   *
   * @throws GraphRewriteException if a function calls itself, or its body is malformed
   */
  static List<FunctionBody> of(GraphIndex main) {
    return new FunctionBodies(main).bodies(main);
  }

  private List<FunctionBody> bodies(GraphIndex main) {
    if (library.isEmpty()) {
      return List.of();
    }
    callsByCaller.put(MAIN, calls(main.nodes()));
    List<String> order = order();
    for (String function : order) {
      arguments.put(function, new ArgumentVariables(library.get(function)));
    }
    bind(MAIN, main);
    List<FunctionBody> bodies = new ArrayList<>();
    for (String name : order) {
      FunctionParts function = library.get(name);
      ArgumentVariables known = arguments.get(name);
      GraphIndex view = FunctionView.of(function, known.variables(), known.unknown());
      bodies.add(new FunctionBody(function, view, callsByFunction.get(name)));
      bind(name, view);
    }
    return bodies;
  }

  private List<FunctionCall> calls(List<NodeDef> nodes) {
    List<FunctionCall> calls = new ArrayList<>();
    nodes.forEach(node -> calls.addAll(FunctionCall.of(node, library)));
    return calls;
  }

  /** Hands the variables of one graph on to the functions that it calls. */
  private void bind(String caller, GraphIndex graph) {
    for (FunctionCall call : callsByCaller.get(caller)) {
      FunctionBody.Call placed = new FunctionBody.Call(caller, call);
      callsByFunction.computeIfAbsent(call.function(), name -> new ArrayList<>()).add(placed);
      arguments.get(call.function()).bind(placed, graph);
    }
  }

  /** The called functions, callers first: depth first, without recursion over the depth. */
  private List<String> order() {
    Set<String> done = new LinkedHashSet<>();
    Map<String, Iterator<FunctionCall>> path = new LinkedHashMap<>();
    Deque<String> stack = new ArrayDeque<>(List.of(MAIN));
    path.put(MAIN, callsByCaller.get(MAIN).iterator());
    while (!stack.isEmpty()) {
      String at = stack.peek();
      Optional<String> next = next(path.get(at), done);
      if (next.isEmpty()) {
        path.remove(stack.pop());
        done.add(at);
        continue;
      }
      String callee = next.get();
      if (path.containsKey(callee)) {
        throw recursion(callee, List.copyOf(path.keySet()));
      }
      List<FunctionCall> calls = calls(library.get(callee).nodes());
      callsByCaller.put(callee, calls);
      path.put(callee, calls.iterator());
      stack.push(callee);
    }
    List<String> order = new ArrayList<>(done);
    Collections.reverse(order);
    order.remove(MAIN);
    return order;
  }

  private static Optional<String> next(Iterator<FunctionCall> calls, Set<String> done) {
    while (calls.hasNext()) {
      String function = calls.next().function();
      if (!done.contains(function)) {
        return Optional.of(function);
      }
    }
    return Optional.empty();
  }

  private static GraphRewriteException recursion(String function, List<String> path) {
    List<String> cycle = new ArrayList<>(path.subList(path.indexOf(function), path.size()));
    cycle.add(function);
    return new GraphRewriteException(
        "a function calls itself: "
            + String.join(" -> ", cycle)
            + "; TensorFlow has no recursion, export the model without it");
  }
}
