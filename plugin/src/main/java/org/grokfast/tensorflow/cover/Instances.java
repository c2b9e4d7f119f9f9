package org.grokfast.tensorflow.cover;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.tensorflow.graph.FunctionBody;
import org.grokfast.tensorflow.graph.FunctionCall;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;

/**
 * The main graph and the functions that it calls, a copy for each call. Where these would be too
 * many, all calls share one copy of a function: values of one caller then seem to flow to others,
 * which finds too much and never too little.
 */
final class Instances {
  /** How many nodes copies may have beyond those of the graph itself. */
  private static final int MOST_COPIED = 1_000_000;

  private final Program program;
  private final List<Instance> all = new ArrayList<>();
  private final Map<Long, List<Instance>> called = new HashMap<>();
  private int size;

  /**
   * One copy.
   *
   * @param function the function's name; empty for the main graph
   * @param graph its nodes
   * @param offset the number of its first node among those of all copies
   * @param callers where it is called; empty for the main graph
   * @param roots the nodes of the main graph through which it is called
   */
  record Instance(
      int number,
      String function,
      GraphIndex graph,
      int offset,
      List<Caller> callers,
      Set<Integer> roots) {
    boolean isMain() {
      return function.isEmpty();
    }
  }

  /** A call: the calling copy, and the node in it. */
  record Caller(Instance instance, int node, FunctionCall call) {
    boolean isBound() {
      return call.firstInput() != FunctionCall.UNKNOWN_BINDING;
    }

    /** Whether the node returns what the function does; a loop's condition only decides. */
    boolean returns() {
      return !call.isLoop() || call.isLoopBody();
    }
  }

  private record Callee(FunctionCall call, FunctionBody body) {}

  Instances(Program program) {
    this.program = program;
    Map<String, List<Callee>> callees = new HashMap<>();
    long total = program.main().size();
    for (FunctionBody body : program.functions().values()) {
      total += body.graph().size();
      for (FunctionBody.Call call : body.calls()) {
        callees
            .computeIfAbsent(call.caller(), name -> new ArrayList<>())
            .add(new Callee(call.call(), body));
      }
    }
    if (!copied(callees, total + MOST_COPIED)) {
      all.clear();
      called.clear();
      size = 0;
      shared(callees);
    }
  }

  private boolean copied(Map<String, List<Callee>> callees, long most) {
    add(Program.MAIN, program.main());
    for (int i = 0; i < all.size() && size <= most; i++) {
      Instance caller = all.get(i);
      for (Callee callee : callees.getOrDefault(caller.function(), List.of())) {
        call(caller, callee, add(callee.body().name(), callee.body().graph()));
      }
    }
    return size <= most;
  }

  private void shared(Map<String, List<Callee>> callees) {
    Map<String, Instance> byName = new LinkedHashMap<>();
    byName.put(Program.MAIN, add(Program.MAIN, program.main()));
    // Functions come after all that call them.
    program
        .functions()
        .values()
        .forEach(body -> byName.put(body.name(), add(body.name(), body.graph())));
    for (Instance caller : all) {
      for (Callee callee : callees.getOrDefault(caller.function(), List.of())) {
        call(caller, callee, byName.get(callee.body().name()));
      }
    }
  }

  private Instance add(String function, GraphIndex graph) {
    Instance added =
        new Instance(all.size(), function, graph, size, new ArrayList<>(), new HashSet<>());
    all.add(added);
    size += graph.size();
    return added;
  }

  private void call(Instance caller, Callee callee, Instance added) {
    int node = caller.graph().id(callee.call().node().getName());
    added.callers().add(new Caller(caller, node, callee.call()));
    if (caller.isMain()) {
      added.roots().add(node);
    } else {
      added.roots().addAll(caller.roots());
    }
    called.computeIfAbsent(key(caller, node), k -> new ArrayList<>()).add(added);
  }

  private static long key(Instance caller, int node) {
    return ((long) caller.number() << Integer.SIZE) | node;
  }

  List<Instance> all() {
    return all;
  }

  /** The number of nodes of all copies. */
  int size() {
    return size;
  }

  /** The copies that a node calls, whose arguments are known; empty for any other node. */
  List<Instance> boundCalls(Instance caller, int node) {
    List<Instance> found = called.getOrDefault(key(caller, node), List.of());
    return found.isEmpty() || !caller(found.get(0), caller, node).isBound() ? List.of() : found;
  }

  /** All copies that a node calls. */
  List<Instance> calls(Instance caller, int node) {
    return called.getOrDefault(key(caller, node), List.of());
  }

  /** How a copy is called by a node. */
  static Caller caller(Instance callee, Instance caller, int node) {
    return callee.callers().stream()
        .filter(each -> each.instance().number() == caller.number() && each.node() == node)
        .findFirst()
        .orElseThrow();
  }

  /** The copy that has a node. */
  Instance of(int node) {
    int low = 0;
    int high = all.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (all.get(middle).offset() <= node) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return all.get(low);
  }

  Program program() {
    return program;
  }
}
