package org.grokfast.tensorflow.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.rewrite.CallPath;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.tensorflow.proto.AttrValue;

/** A main graph and the functions that it calls. */
public final class Program {
  /** Where functions are named, the main graph. */
  public static final String MAIN = "";

  private static final String XLA = "_XlaMustCompile";

  private final GraphIndex main;
  private final Map<String, FunctionBody> functions;
  private Map<String, Set<String>> roots;
  private Set<String> compiled;

  private Program(GraphIndex main, Map<String, FunctionBody> functions) {
    this.main = main;
    this.functions = functions;
  }

  /** A main graph of which functions don't matter. */
  public Program(GraphIndex main) {
    this(main, Map.of());
  }

  /** The main graph. */
  public GraphIndex main() {
    return main;
  }

  /** The functions by name, each after all that call it. */
  public Map<String, FunctionBody> functions() {
    return functions;
  }

  /**
   * Indexes a graph and its functions.
   *
   * @throws org.grokfast.rewrite.GraphRewriteException if one of them is malformed or a function
   *     calls itself
   */
  public static Program of(GraphParts graph) {
    GraphIndex main = new GraphIndex(graph);
    Map<String, FunctionBody> functions = new LinkedHashMap<>();
    FunctionBodies.of(main).forEach(body -> functions.put(body.name(), body));
    return new Program(main, Collections.unmodifiableMap(functions));
  }

  /** The variable of a name. */
  public VariableNode variable(String name) {
    return VariableNode.named(main, name);
  }

  /** The main graph, for an empty name, or a function's body. */
  public GraphIndex graph(String function) {
    return function.isEmpty() ? main : functions.get(function).graph();
  }

  /** Where a function stands; of several ways to it, the first. */
  public CallPath place(FunctionBody body) {
    List<String> calls = new ArrayList<>();
    FunctionBody at = body;
    while (at != null) {
      FunctionBody.Call call = at.calls().get(0);
      calls.add(0, call.place());
      at = functions.get(call.caller());
    }
    return new CallPath(body.name(), calls);
  }

  /** Whether XLA compiles a function, as its own or as a caller's attribute says. */
  public boolean isCompiled(String function) {
    if (compiled == null) {
      compiled = new HashSet<>();
      functions.values().stream()
          .filter(
              body -> isSet(body.function().declaration().getAttrMap()) || hasCompilingCall(body))
          .forEach(body -> compiled.add(body.name()));
    }
    return compiled.contains(function);
  }

  /** Callers come before what they call, so that they are known. */
  private boolean hasCompilingCall(FunctionBody body) {
    return body.calls().stream()
        .anyMatch(
            call -> compiled.contains(call.caller()) || isSet(call.call().node().getAttrMap()));
  }

  private static boolean isSet(Map<String, AttrValue> attributes) {
    return attributes.getOrDefault(XLA, AttrValue.getDefaultInstance()).getB();
  }

  /** By function, the nodes of the main graph through which it is called. */
  public Map<String, Set<String>> roots() {
    if (roots == null) {
      roots = findRoots();
    }
    return roots;
  }

  private Map<String, Set<String>> findRoots() {
    Map<String, Set<String>> found = new LinkedHashMap<>();
    for (FunctionBody body : functions.values()) {
      Set<String> own = new TreeSet<>();
      for (FunctionBody.Call call : body.calls()) {
        if (call.caller().isEmpty()) {
          own.add(call.call().node().getName());
        } else {
          own.addAll(found.get(call.caller()));
        }
      }
      found.put(body.name(), own);
    }
    return found;
  }
}
