package org.grokfast.tensorflow.find.flow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.grokfast.graph.Adjacency;
import org.grokfast.tensorflow.find.flow.CallTree.Instance;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.Provenance;

/**
 * What loops carry from turn to turn. Values flow through a loop's body once; what one turn makes
 * of a loop variable may reach another variable only in a later turn, and leaves the loop with it.
 *
 * <pre>
 *   Enter ─▶ Merge ─▶ Switch ─▶ Exit        While(x, y) ─▶ x′, y′
 *              ▲        │         ▲            what the body returns for y, if x′ takes y
 *              ┆        ▼         │            in a later turn, flows to x′ as well
 *        NextIteration ◀┄ body ───┘
 * </pre>
 */
final class CarriedValues {
  private final CallTree instances;
  private final Adjacency direct;
  private final Map<Integer, int[]> more = new HashMap<>();

  /** A variable of a loop in a graph: where it is carried on, and what is carried on. */
  private record Carried(String frame, int merge, int value) {}

  CarriedValues(CallTree instances, Adjacency direct) {
    this.instances = instances;
    this.direct = direct;
  }

  /** All flows, with those through later turns. */
  Adjacency added() {
    List<Instance> all = instances.all();
    for (int i = all.size() - 1; i >= 0; i--) {
      addFrames(all.get(i));
      addBody(all.get(i));
    }
    if (more.isEmpty()) {
      return direct;
    }
    Adjacency.Builder result = new Adjacency.Builder(direct.size());
    for (int t = 0; t < direct.size(); t++) {
      TreeSet<Integer> own = new TreeSet<>();
      for (int from : direct.of(t)) {
        own.add(from);
        result.add(from);
      }
      for (int from : more.getOrDefault(t, new int[0])) {
        if (own.add(from)) {
          result.add(from);
        }
      }
      result.end();
    }
    return result.build();
  }

  /** The loops of TensorFlow 1 in one graph. */
  private void addFrames(Instance instance) {
    GraphIndex graph = instance.graph();
    Map<String, List<Carried>> frames = new HashMap<>();
    Map<Integer, Carried> byMerge = new HashMap<>();
    for (int node = 0; node < graph.size(); node++) {
      if (!isMerge(graph.op(node))) {
        continue;
      }
      String frame = null;
      int carried = TensorNumbering.NONE;
      for (int input = 0; input < graph.inputCount(node); input++) {
        int from = graph.producer(node, input);
        if (isEnter(graph.op(from))) {
          frame = Provenance.text(graph.node(from), "frame_name").orElse("");
        } else if (isBack(graph.op(from)) && instance.tensors().inputs(from).length > 0) {
          carried = instance.tensors().inputs(from)[0];
        }
      }
      if (frame != null && carried != TensorNumbering.NONE) {
        Carried variable = new Carried(frame, node, instance.offset() + carried);
        frames.computeIfAbsent(frame, key -> new ArrayList<>()).add(variable);
        byMerge.put(node, variable);
      }
    }
    if (frames.isEmpty()) {
      return;
    }
    Map<Integer, int[]> values = new HashMap<>();
    for (Carried variable : byMerge.values()) {
      values.put(variable.merge(), carriedInto(instance, variable, frames.get(variable.frame())));
    }
    for (int node = 0; node < graph.size(); node++) {
      if (graph.op(node).endsWith("Exit") && graph.inputCount(node) > 0) {
        int[] all = values.get(handedOn(graph, node));
        if (all != null) {
          instance.tensors().of(node).forEach(t -> more.put(instance.offset() + t, all));
        }
      }
    }
  }

  /** What the exit of a loop hands on. A chain that is longer than the graph is a cycle. */
  private static int handedOn(GraphIndex graph, int exit) {
    int at = graph.producer(exit, 0);
    for (int steps = 0; steps < graph.size(); steps++) {
      if (!OpTable.handsOn(graph.op(at)) || graph.inputCount(at) == 0) {
        break;
      }
      at = graph.producer(at, 0);
    }
    return at;
  }

  private static boolean isMerge(String op) {
    return op.equals("Merge") || op.equals("RefMerge");
  }

  private static boolean isEnter(String op) {
    return op.equals("Enter") || op.equals("RefEnter");
  }

  private static boolean isBack(String op) {
    return op.endsWith("NextIteration");
  }

  /**
   * What any turn carries on that may reach a variable of the same loop in it or in a later one.
   */
  private int[] carriedInto(Instance instance, Carried variable, List<Carried> frame) {
    GraphIndex graph = instance.graph();
    BitSet seen = new BitSet();
    Deque<Integer> todo = new ArrayDeque<>();
    visit(variable.value(), seen, todo);
    while (!todo.isEmpty()) {
      int t = todo.remove();
      Instance of = instances.of(t);
      int node = of.tensors().node(t - of.offset());
      String op = of.graph().op(node);
      if (of.number() == instance.number()) {
        if (isEnter(op)
            && Provenance.text(graph.node(node), "frame_name")
                .orElse("")
                .equals(variable.frame())) {
          continue;
        }
        int[] inputs = of.tensors().inputs(node);
        if (isBack(op) && inputs.length > 0 && inputs[0] != TensorNumbering.NONE) {
          visit(of.offset() + inputs[0], seen, todo);
        }
      }
      for (int from : producers(t)) {
        visit(from, seen, todo);
      }
    }
    return frame.stream().mapToInt(Carried::value).filter(seen::get).sorted().distinct().toArray();
  }

  private static void visit(int t, BitSet seen, Deque<Integer> todo) {
    if (!seen.get(t)) {
      seen.set(t);
      todo.add(t);
    }
  }

  private int[] producers(int t) {
    int[] added = more.get(t);
    if (added == null) {
      return direct.of(t);
    }
    int[] own = direct.of(t);
    int[] both = Arrays.copyOf(own, own.length + added.length);
    System.arraycopy(added, 0, both, own.length, added.length);
    return both;
  }

  /** The body of a {@code While} op. */
  private void addBody(Instance body) {
    if (body.isMain() || !body.caller().call().isLoopBody()) {
      return;
    }
    int[] returned = body.tensors().returned();
    BitSet[] takes = new BitSet[returned.length];
    for (int i = 0; i < returned.length; i++) {
      takes[i] = argumentsOf(body, returned[i]);
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (BitSet own : takes) {
        int before = own.cardinality();
        for (int j = own.nextSetBit(0); j >= 0; j = own.nextSetBit(j + 1)) {
          if (j < takes.length) {
            own.or(takes[j]);
          }
        }
        changed |= own.cardinality() != before;
      }
    }
    Instance calling = instances.get(body.caller().instance());
    for (int t : calling.tensors().of(body.caller().node())) {
      int index = calling.tensors().index(t);
      if (index >= 0 && index < returned.length) {
        more.put(
            calling.offset() + t,
            takes[index].stream()
                .filter(j -> j < returned.length && returned[j] != TensorNumbering.NONE)
                .map(j -> body.offset() + returned[j])
                .toArray());
      }
    }
  }

  /** The numbers of the arguments that flow into what a body returns. */
  private BitSet argumentsOf(Instance body, int returned) {
    BitSet arguments = new BitSet();
    if (returned == TensorNumbering.NONE) {
      return arguments;
    }
    BitSet seen = new BitSet();
    Deque<Integer> todo = new ArrayDeque<>();
    visit(body.offset() + returned, seen, todo);
    while (!todo.isEmpty()) {
      int t = todo.remove();
      int local = t - body.offset();
      if (local >= 0 && local < body.tensors().size()) {
        int node = body.tensors().node(local);
        if (body.graph().op(node).equals(OpTable.ARGUMENT)) {
          arguments.set(node);
          continue;
        }
      }
      for (int from : producers(t)) {
        visit(from, seen, todo);
      }
    }
    return arguments;
  }
}
