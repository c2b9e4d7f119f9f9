package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.grokfast.rewrite.Place;
import org.tensorflow.proto.GraphDef;

/**
 * A main graph and the functions that it calls.
 *
 * @param main the main graph
 * @param functions the functions by name, each after all that call it
 */
record TrainingProgram(TrainingGraph main, Map<String, FunctionBody> functions) {
  /** Where functions are named, the main graph. */
  static final String MAIN = "";

  /** A main graph of which functions don't matter. */
  TrainingProgram(TrainingGraph main) {
    this(main, Map.of());
  }

  /**
   * Indexes a graph and its functions.
   *
   * @throws org.grokfast.rewrite.GraphRewriteException if one of them is malformed or a function
   *     calls itself
   */
  static TrainingProgram of(GraphDef graph) {
    TrainingGraph main = new TrainingGraph(graph);
    Map<String, FunctionBody> functions = new LinkedHashMap<>();
    FunctionBodies.of(main).forEach(body -> functions.put(body.name(), body));
    return new TrainingProgram(main, functions);
  }

  /** The variable of a name. */
  VariableNode variable(String name) {
    return VariableNode.named(main, name);
  }

  /** The main graph, for an empty name, or a function's body. */
  TrainingGraph graph(String function) {
    return function.isEmpty() ? main : functions.get(function).graph();
  }

  /** Where a function stands; of several ways to it, the first. */
  Place place(FunctionBody body) {
    List<String> calls = new ArrayList<>();
    FunctionBody at = body;
    while (at != null) {
      FunctionBody.Call call = at.calls().get(0);
      calls.add(0, call.place());
      at = functions.get(call.caller());
    }
    return new Place(body.name(), calls);
  }

  /** By function, the nodes of the main graph through which it is called. */
  Map<String, TreeSet<String>> roots() {
    Map<String, TreeSet<String>> roots = new HashMap<>();
    for (FunctionBody body : functions.values()) {
      TreeSet<String> own = new TreeSet<>();
      for (FunctionBody.Call call : body.calls()) {
        if (call.caller().isEmpty()) {
          own.add(call.call().node().getName());
        } else {
          own.addAll(roots.get(call.caller()));
        }
      }
      roots.put(body.name(), own);
    }
    return roots;
  }
}
