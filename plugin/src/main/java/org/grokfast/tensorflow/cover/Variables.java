package org.grokfast.tensorflow.cover;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.tensorflow.cover.Instances.Caller;
import org.grokfast.tensorflow.cover.Instances.Instance;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/**
 * Which nodes read, write or may write which variables, by number. A function's argument that is
 * another variable in each call is each of them where it is called.
 */
final class Variables {
  private static final int[] NONE = {};

  private final Instances instances;
  private final Map<String, Body> bodies;
  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final List<String> names = new ArrayList<>();
  private final Map<Integer, int[]> variablesByNode = new HashMap<>();
  private final Map<Integer, int[]> slots = new HashMap<>();
  private final BitSet reads = new BitSet();
  private final BitSet writes = new BitSet();
  private final BitSet takers = new BitSet();
  private final List<List<Integer>> readsOf = new ArrayList<>();
  private final List<List<Integer>> writesOf = new ArrayList<>();

  Variables(Instances instances, Map<String, Body> bodies) {
    this.instances = instances;
    this.bodies = bodies;
    for (Instance instance : instances.all()) {
      Body body = bodies.get(instance.function());
      for (int node = 0; node < body.size(); node++) {
        look(instance, body, node);
      }
    }
  }

  private void look(Instance instance, Body body, int node) {
    String op = body.op(node);
    int point = instance.offset() + node;
    boolean plain = OpKinds.isWrite(op);
    if (plain || OpKinds.isTraining(op)) {
      write(instance, body, node, plain);
    } else if (OpTable.isRead(op)) {
      read(point, behind(instance, body, node, 0));
    } else if (isReference(body, node)) {
      read(point, variables(body, node));
    } else if (!OpKinds.isReader(op)
        && !OpTable.handsOn(op)
        && !op.equals("IdentityN")
        && instances.boundCalls(instance, node).isEmpty()) {
      take(instance, body, node);
    }
  }

  private static boolean isReference(Body body, int node) {
    String op = body.op(node);
    return (op.equals("VariableV2") || op.equals("Variable"))
        && VariableNode.at(body.graph(), node).isPresent();
  }

  private void write(Instance instance, Body body, int node, boolean plain) {
    int point = instance.offset() + node;
    List<int[]> all = new ArrayList<>();
    List<String> inputs = body.graph().inputs(node);
    int last = OpTable.isPlainWrite(body.op(node)) ? Math.min(1, inputs.size()) : inputs.size();
    for (int input = 0; input < last; input++) {
      if (!TensorName.isControl(inputs.get(input))) {
        int[] found = behind(instance, body, node, input);
        if (input == 0 && plain && found.length == 0 && isVariable(instance, body, node)) {
          found = new int[] {number(inputs.get(0))};
        }
        if (found.length > 0 && (plain || !isValue(body, node, input))) {
          all.add(found);
        }
      }
    }
    if (all.isEmpty()) {
      return;
    }
    writes.set(point);
    variablesByNode.put(point, all.get(0));
    for (int variable : all.get(0)) {
      writesOf.get(variable).add(point);
    }
    if (all.size() > 1) {
      slots.put(point, all.subList(1, all.size()).stream().flatMapToInt(Arrays::stream).toArray());
    }
    if (isReferenceTarget(instance, body, node)) {
      // The output is the variable as it is then.
      reads.set(point);
      for (int variable : all.get(0)) {
        readsOf.get(variable).add(point);
      }
    }
  }

  /** Whether an op that is no training op of TensorFlow's takes a value, not a reference to it. */
  private static boolean isValue(Body body, int node, int input) {
    return !OpTable.isTraining(body.op(node))
        && body.op(body.graph().producer(node, input)).equals("Identity")
        && isReference(body, body.origin(body.graph().producer(node, input)));
  }

  /**
   * Whether a write is to a variable that is not known, rather than to a value in passing, or to an
   * argument of a function whose callers are looked at for what they hand over.
   */
  private static boolean isVariable(Instance instance, Body body, int node) {
    if (TensorName.isControl(body.graph().inputs(node).get(0))) {
      return false;
    }
    String origin = body.op(body.origin(body.graph().producer(node, 0)));
    boolean handed =
        origin.equals(OpTable.ARGUMENT) && instance.callers().stream().noneMatch(Caller::isBound);
    return !origin.equals("TemporaryVariable") && !handed;
  }

  private static boolean isReferenceTarget(Instance instance, Body body, int node) {
    int origin = body.origin(body.graph().producer(node, 0));
    return instance.isMain() && isReference(body, origin);
  }

  private void read(int point, int[] found) {
    if (found.length == 0) {
      return;
    }
    reads.set(point);
    variablesByNode.put(point, found);
    for (int variable : found) {
      readsOf.get(variable).add(point);
    }
  }

  /** What takes a handle and is not known only to read. */
  private void take(Instance instance, Body body, int node) {
    int count = body.graph().inputCount(node);
    for (int input = 0; input < count; input++) {
      int origin = body.origin(body.graph().producer(node, input));
      String op = body.op(origin);
      boolean handle = op.equals("VarHandleOp") || isResourceArgument(body, origin);
      if (handle && !TensorName.isControl(body.graph().inputs(node).get(input))) {
        int[] found = behind(instance, body, node, input);
        if (found.length > 0 && mayWrite(instance, node)) {
          int point = instance.offset() + node;
          takers.set(point);
          int[] known = variablesByNode.getOrDefault(point, NONE);
          int[] both = Arrays.copyOf(known, known.length + found.length);
          System.arraycopy(found, 0, both, known.length, found.length);
          variablesByNode.put(point, both);
        }
      }
    }
  }

  private static boolean isResourceArgument(Body body, int node) {
    return body.op(node).equals(OpTable.ARGUMENT)
        && body.graph().node(node).getAttrOrDefault("T", AttrValue.getDefaultInstance()).getType()
            == DataType.DT_RESOURCE;
  }

  /** A function that is handed to an op, as to a data set's, and writes nothing, only reads. */
  private boolean mayWrite(Instance instance, int node) {
    List<Instance> called = instances.calls(instance, node);
    return called.isEmpty() || called.stream().anyMatch(this::writesAny);
  }

  private boolean writesAny(Instance start) {
    Deque<Instance> todo = new ArrayDeque<>(List.of(start));
    Set<Instance> seen = new HashSet<>();
    while (!todo.isEmpty()) {
      Instance at = todo.remove();
      Body body = bodies.get(at.function());
      for (int node = 0; node < body.size(); node++) {
        if (OpKinds.isWrite(body.op(node)) || OpKinds.isTraining(body.op(node))) {
          return true;
        }
        instances.calls(at, node).stream().filter(each -> !seen.contains(each)).forEach(todo::add);
      }
      seen.add(at);
    }
    return false;
  }

  /** The variables that reach an input of a node, through any calls. */
  private int[] behind(Instance instance, Body body, int node, int input) {
    if (input >= body.graph().inputCount(node)) {
      return NONE;
    }
    int origin = body.origin(body.graph().producer(node, input));
    int[] own = variables(body, origin);
    if (own.length > 0 || instance.isMain() || !body.op(origin).equals(OpTable.ARGUMENT)) {
      return own;
    }
    Set<Integer> found = new TreeSet<>();
    record At(Instance instance, int argument) {}
    Deque<At> todo = new ArrayDeque<>(List.of(new At(instance, origin)));
    Set<At> seen = new HashSet<>();
    while (!todo.isEmpty()) {
      At at = todo.remove();
      for (Caller caller : seen.add(at) ? at.instance().callers() : List.<Caller>of()) {
        Body calling = bodies.get(caller.instance().function());
        int outer = caller.call().firstInput() + at.argument();
        if (!caller.isBound() || outer >= calling.graph().inputCount(caller.node())) {
          continue;
        }
        int from = calling.origin(calling.graph().producer(caller.node(), outer));
        int[] there = variables(calling, from);
        for (int variable : there) {
          found.add(variable);
        }
        if (there.length == 0
            && !caller.instance().isMain()
            && calling.op(from).equals(OpTable.ARGUMENT)) {
          todo.add(new At(caller.instance(), from));
        }
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private int[] variables(Body body, int node) {
    Optional<VariableNode> variable = VariableNode.at(body.graph(), node);
    return variable.map(found -> new int[] {number(found.name())}).orElse(NONE);
  }

  private int number(String name) {
    return numbers.computeIfAbsent(
        name,
        key -> {
          names.add(key);
          readsOf.add(new ArrayList<>());
          writesOf.add(new ArrayList<>());
          return names.size() - 1;
        });
  }

  int count() {
    return names.size();
  }

  String name(int variable) {
    return names.get(variable);
  }

  /** The number of a variable; −1 if no node reads or writes it. */
  int find(String name) {
    return numbers.getOrDefault(name, -1);
  }

  /** All nodes that bring the value of a variable. */
  BitSet reads() {
    return reads;
  }

  /** All nodes that write a variable. */
  BitSet writes() {
    return writes;
  }

  /** All nodes that take a variable's handle and may write it. */
  BitSet takers() {
    return takers;
  }

  /** The variables that a node reads, writes or takes. */
  int[] of(int node) {
    return variablesByNode.getOrDefault(node, NONE);
  }

  /** The variables that a training op writes beside the one that it trains. */
  int[] slots(int node) {
    return slots.getOrDefault(node, NONE);
  }

  List<Integer> readsOf(int variable) {
    return readsOf.get(variable);
  }

  List<Integer> writesOf(int variable) {
    return writesOf.get(variable);
  }
}
