package org.grokfast.tensorflow.find.flow;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import org.grokfast.graph.Adjacency;
import org.grokfast.tensorflow.find.flow.CallTree.Instance;
import org.grokfast.tensorflow.graph.FunctionCall;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;

/** What each tensor of each instance is made from; tensors are numbered as in the instances. */
final class InlinedFlowBuilder {
  private static final int[] NOTHING = {};
  private static final Set<String> PASSING = Set.of("Identity", "RefIdentity");
  private static final Set<String> WAITING = Set.of("NoOp", "Identity", "IdentityN");
  private static final int TARGET = 0;

  /** A read waits for a write directly, or through a group of ops. */
  private static final int NEAR = 256;

  private final CallTree instances;
  private final Adjacency producers;
  private final Map<Integer, int[]> stored;
  private final Map<Integer, VariableNode> reads = new HashMap<>();
  private final Map<Integer, VariableNode> writes = new HashMap<>();
  private final Map<Integer, int[]> writesBefore = new HashMap<>();

  InlinedFlowBuilder(CallTree instances) {
    this.instances = instances;
    for (Instance instance : instances.all()) {
      for (int node = 0; node < instance.graph().size(); node++) {
        int effect = instance.tensors().effect(node);
        if (effect != TensorNumbering.NONE) {
          int number = instance.offset() + effect;
          VariableNode.behind(instance.graph(), node, TARGET)
              .ifPresent(variable -> writes.put(number, variable));
        }
      }
    }
    Adjacency.Builder edges = new Adjacency.Builder(instances.size());
    for (Instance instance : instances.all()) {
      for (int t = 0; t < instance.tensors().size(); t++) {
        for (int from : add(instance, t)) {
          edges.add(from);
        }
        edges.end();
      }
    }
    Adjacency direct = edges.build();
    producers = new CarriedValues(instances, direct).added();
    stored = new StoredTensors(instances).puts();
  }

  int[] producers(int t) {
    return producers.of(t);
  }

  /**
   * The tensors put into the stack or array that a tensor is taken out of, where nothing but its
   * handle leads there. They may lie behind the tensor, in a loop.
   */
  int[] stored(int t) {
    return stored.getOrDefault(t, NOTHING);
  }

  Optional<VariableNode> read(int t) {
    return Optional.ofNullable(reads.get(t));
  }

  Optional<VariableNode> written(int t) {
    return Optional.ofNullable(writes.get(t));
  }

  int[] writesBefore(int t) {
    return writesBefore.getOrDefault(t, NOTHING);
  }

  private int[] add(Instance instance, int t) {
    int node = instance.tensors().node(t);
    int number = instance.offset() + t;
    String op = instance.graph().op(node);
    if (instance.tensors().index(t) == TensorNumbering.EFFECT) {
      return values(instance, node, input -> OpTable.isValue(op, input));
    }
    int effect = instance.tensors().effect(node);
    if (effect != TensorNumbering.NONE) {
      // The output of an assignment to a reference variable is the variable as it is then.
      VariableNode.behind(instance.graph(), node, TARGET)
          .ifPresent(variable -> reads.put(number, variable));
      writesBefore.put(number, new int[] {instance.offset() + effect});
      return NOTHING;
    }
    Optional<VariableNode> variable = readBy(instance, node);
    if (variable.isPresent()) {
      reads.put(number, variable.get());
      writesBefore.put(number, writesBefore(instance, node, variable.get()));
      return NOTHING;
    }
    if (VariableNode.at(instance.graph(), node).isPresent()) {
      return NOTHING;
    }
    List<Instance> called = instances.calledBy(instance, node);
    if (!called.isEmpty()
        && called.get(0).caller().call().firstInput() != FunctionCall.UNKNOWN_BINDING) {
      return returned(called, instance.tensors().index(t));
    }
    if (op.equals(OpTable.ARGUMENT)) {
      return argument(instance, node);
    }
    if (op.equals("IdentityN")) {
      int index = instance.tensors().index(t);
      return values(instance, node, input -> input == index);
    }
    return values(instance, node, input -> OpTable.carries(op, input));
  }

  private static int[] values(Instance instance, int node, IntPredicate wanted) {
    int[] inputs = instance.tensors().inputs(node);
    // No stream: it would take longer than all else that is done with a tensor.
    int[] values = new int[inputs.length];
    int count = 0;
    for (int input = 0; input < inputs.length; input++) {
      if (inputs[input] != TensorNumbering.NONE && wanted.test(input)) {
        values[count++] = instance.offset() + inputs[input];
      }
    }
    return count == values.length ? values : Arrays.copyOf(values, count);
  }

  private int[] returned(List<Instance> called, int index) {
    return called.stream()
        .filter(callee -> callee.caller().returns() && index < callee.tensors().returned().length)
        .mapToInt(callee -> returned(callee, index))
        .filter(t -> t != TensorNumbering.NONE)
        .toArray();
  }

  private static int returned(Instance callee, int index) {
    int t = callee.tensors().returned()[index];
    return t == TensorNumbering.NONE ? t : callee.offset() + t;
  }

  /** What the caller hands over. */
  private int[] argument(Instance instance, int node) {
    if (instance.isMain()) {
      return NOTHING;
    }
    CallTree.Caller caller = instance.caller();
    Instance calling = instances.get(caller.instance());
    int[] inputs = calling.tensors().inputs(caller.node());
    int input = caller.call().firstInput() + node;
    boolean known =
        caller.call().firstInput() != FunctionCall.UNKNOWN_BINDING
            && input < inputs.length
            && inputs[input] != TensorNumbering.NONE;
    return known ? new int[] {calling.offset() + inputs[input]} : NOTHING;
  }

  /** The variable whose value a node brings. */
  private static Optional<VariableNode> readBy(Instance instance, int node) {
    GraphIndex graph = instance.graph();
    String op = graph.op(node);
    if (OpTable.isRead(op) && graph.inputCount(node) > 0) {
      return VariableNode.behind(graph, node, 0);
    }
    Optional<VariableNode> own = VariableNode.at(graph, node);
    if (own.isPresent()) {
      return own.filter(variable -> variable.kind() == VariableNode.Kind.REFERENCE);
    }
    if (PASSING.contains(op) && graph.inputCount(node) > 0) {
      return VariableNode.at(graph, graph.producer(node, 0))
          .filter(variable -> variable.kind() == VariableNode.Kind.REFERENCE);
    }
    return Optional.empty();
  }

  /** The effects on a variable that a node waits for. */
  private int[] writesBefore(Instance instance, int node, VariableNode variable) {
    GraphIndex graph = instance.graph();
    Set<Integer> seen = new HashSet<>();
    Deque<Integer> todo = new ArrayDeque<>();
    addWaitedFor(graph, node, todo);
    Set<Integer> effects = new HashSet<>();
    while (!todo.isEmpty() && seen.size() < NEAR) {
      int at = todo.remove();
      if (!seen.add(at)) {
        continue;
      }
      addEffects(instance, at, variable, effects);
      if (WAITING.contains(graph.op(at))) {
        graph.producers(at).forEach(todo::add);
      }
    }
    return effects.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  private static void addWaitedFor(GraphIndex graph, int node, Deque<Integer> todo) {
    List<String> inputs = graph.inputs(node);
    for (int input = 0; input < inputs.size(); input++) {
      if (TensorName.isControl(inputs.get(input))) {
        todo.add(graph.producer(node, input));
      }
    }
  }

  private void addEffects(
      Instance instance, int node, VariableNode variable, Set<Integer> effects) {
    int effect = instance.tensors().effect(node);
    if (effect != TensorNumbering.NONE) {
      VariableNode target = writes.get(instance.offset() + effect);
      if (target != null && target.name().equals(variable.name())) {
        effects.add(instance.offset() + effect);
      }
    }
    Deque<Instance> called = new ArrayDeque<>(instances.calledBy(instance, node));
    while (!called.isEmpty()) {
      Instance callee = called.remove();
      for (int inner = 0; inner < callee.graph().size(); inner++) {
        if (callee.tensors().effect(inner) != TensorNumbering.NONE) {
          addEffects(callee, inner, variable, effects);
        }
        called.addAll(instances.calledBy(callee, inner));
      }
    }
  }
}
