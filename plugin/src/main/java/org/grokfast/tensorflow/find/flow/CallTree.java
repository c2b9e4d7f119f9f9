package org.grokfast.tensorflow.find.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.tensorflow.graph.FunctionBody;
import org.grokfast.tensorflow.graph.FunctionCall;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;

/**
 * The main graph and, for every call at any depth, a copy of the called function: what a function
 * computes with depends on who calls it.
 */
public final class CallTree {
  /** Functions that call each other twice each, at a depth of twenty, would fill any memory. */
  private static final int MOST_TENSORS = 8_000_000;

  private final Map<String, List<Callee>> callees = new HashMap<>();
  private final Map<String, TensorNumbering> tensors = new HashMap<>();
  private final Map<String, Set<String>> sideEffects = new HashMap<>();
  private final List<Instance> instances = new ArrayList<>();
  private final Map<CallSite, List<Instance>> children = new HashMap<>();
  private int size;

  private record Callee(FunctionCall call, FunctionBody body) {}

  private record CallSite(int instance, int node) {}

  /**
   * One copy.
   *
   * @param number its number; a callee's is higher than its caller's
   * @param function the function's name; empty for the main graph
   * @param tensors what it computes
   * @param offset the number of its first tensor among those of all copies
   * @param caller where it is called; null for the main graph
   * @param root the copy that the main graph calls and that this one belongs to, or itself
   */
  public record Instance(
      int number, String function, TensorNumbering tensors, int offset, Caller caller, int root) {
    public boolean isMain() {
      return caller == null;
    }

    public GraphIndex graph() {
      return tensors.graph();
    }
  }

  /**
   * Where a copy is called.
   *
   * @param instance the number of the calling copy
   * @param node the calling node in it
   * @param call the call
   */
  public record Caller(int instance, int node, FunctionCall call) {
    /** Whether the copy's values are those that the node returns. */
    boolean returns() {
      return !(call.isLoop() && !call.isLoopBody());
    }
  }

  CallTree(Program program) {
    tensors.put(Program.MAIN, TensorNumbering.ofMain(program.main()));
    for (FunctionBody body : program.functions().values()) {
      tensors.put(body.name(), new TensorNumbering(body.graph(), returned(body)));
      sideEffects.put(
          body.name(), new HashSet<>(body.function().declaration().getControlRetMap().values()));
      for (FunctionBody.Call call : body.calls()) {
        callees
            .computeIfAbsent(call.caller(), name -> new ArrayList<>())
            .add(new Callee(call.call(), body));
      }
    }
    add(Program.MAIN, null, 0);
    for (int i = 0; i < instances.size() && size <= MOST_TENSORS; i++) {
      Instance caller = instances.get(i);
      for (Callee callee : callees.getOrDefault(caller.function(), List.of())) {
        int node = caller.graph().id(callee.call().node().getName());
        Instance added =
            add(
                callee.body().name(),
                new Caller(i, node, callee.call()),
                caller.isMain() ? instances.size() : caller.root());
        children.computeIfAbsent(new CallSite(i, node), key -> new ArrayList<>()).add(added);
      }
    }
  }

  private static List<String> returned(FunctionBody body) {
    return body.function().signature().getOutputArgList().stream()
        .map(output -> body.function().declaration().getRetOrDefault(output.getName(), ""))
        .toList();
  }

  private Instance add(String function, Caller caller, int root) {
    TensorNumbering own = tensors.get(function);
    Instance added = new Instance(instances.size(), function, own, size, caller, root);
    instances.add(added);
    size += own.size();
    return added;
  }

  /** Whether there are more copies than can be looked at. */
  boolean isTooLarge() {
    return size > MOST_TENSORS;
  }

  /** The number of tensors of all copies. */
  int size() {
    return size;
  }

  List<Instance> all() {
    return instances;
  }

  public Instance get(int number) {
    return instances.get(number);
  }

  /** The copy that has a tensor, by the tensor's number among those of all copies. */
  Instance of(int tensor) {
    int low = 0;
    int high = instances.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (instances.get(middle).offset() <= tensor) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return instances.get(low);
  }

  /** Whether a node runs although nobody takes what it makes; others in functions are dead. */
  boolean runsByItself(Instance instance, int node) {
    return instance.isMain()
        || sideEffects.get(instance.function()).contains(instance.graph().name(node));
  }

  /** The copies that a node of a copy calls. */
  List<Instance> calledBy(Instance caller, int node) {
    return children.getOrDefault(new CallSite(caller.number(), node), List.of());
  }
}
