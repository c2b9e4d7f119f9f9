package org.grokfast.tensorflow.find.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.graph.Adjacency;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.tensorflow.find.flow.CallTree.Instance;
import org.grokfast.tensorflow.graph.Constants;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.VariableNode;

/**
 * How values flow through a graph and the functions that it calls, with all function calls inlined.
 * Tensors are numbered in an order in which each comes after those that it is made from. Values end
 * where a variable is written and begin where one is read; a read that waits for a write is known
 * to come after it.
 */
public final class InlinedFlow {
  private static final int[] NOTHING = {};

  private final CallTree instances;

  /** By number in this order, the number among the tensors of the instances; and back. */
  private final int[] order;

  private final int[] numbers;
  private final Adjacency producers;
  private final Adjacency consumers;
  private final List<VariableNode> variables = new ArrayList<>();

  /** By tensor, the number of the variable that is read, or written by an effect. */
  private final int[] touched;

  private final BitSet effects = new BitSet();

  /** By variable, its writes. */
  private final Map<Integer, List<Integer>> writes = new HashMap<>();

  private final Map<Integer, int[]> writesBefore = new HashMap<>();

  /** The flow, or nothing where functions call each other too often to be followed. */
  public static Optional<InlinedFlow> of(Program program) {
    CallTree instances = new CallTree(program);
    return instances.isTooLarge() ? Optional.empty() : Optional.of(new InlinedFlow(instances));
  }

  private InlinedFlow(CallTree instances) {
    this.instances = instances;
    InlinedFlowBuilder edges = new InlinedFlowBuilder(instances);
    int size = instances.size();
    order = new FlowOrder(size, edges).tensors();
    numbers = new int[size];
    Arrays.fill(numbers, TensorNumbering.NONE);
    for (int i = 0; i < order.length; i++) {
      numbers[order[i]] = i;
    }
    touched = new int[order.length];
    Map<String, Integer> variableNumbers = new HashMap<>();
    for (Instance each : instances.all()) {
      for (int t = 0; t < each.tensors().size(); t++) {
        int number = numbers[each.offset() + t];
        if (number == TensorNumbering.NONE) {
          continue;
        }
        boolean effect = each.tensors().index(t) == TensorNumbering.EFFECT;
        effects.set(number, effect);
        touched[number] =
            number(
                effect ? edges.written(each.offset() + t) : edges.read(each.offset() + t),
                variableNumbers);
        if (effect && touched[number] != TensorNumbering.NONE) {
          writes.computeIfAbsent(touched[number], key -> new ArrayList<>()).add(number);
        }
        int[] before = edges.writesBefore(each.offset() + t);
        if (before.length > 0) {
          writesBefore.put(number, renumbered(before));
        }
      }
    }
    producers = renumbered(edges);
    consumers = producers.reversed();
  }

  private Adjacency renumbered(InlinedFlowBuilder edges) {
    Adjacency.Builder result = new Adjacency.Builder(order.length);
    for (int old : order) {
      for (int from : edges.producers(old)) {
        result.add(numbers[from]);
      }
      for (int from : edges.stored(old)) {
        if (numbers[from] != TensorNumbering.NONE && numbers[from] < numbers[old]) {
          result.add(numbers[from]);
        }
      }
      result.end();
    }
    return result.build();
  }

  private int number(Optional<VariableNode> variable, Map<String, Integer> known) {
    return variable
        .map(
            found ->
                known.computeIfAbsent(
                    found.name(),
                    name -> {
                      variables.add(found);
                      return variables.size() - 1;
                    }))
        .orElse(TensorNumbering.NONE);
  }

  private int[] renumbered(int[] old) {
    return Arrays.stream(old).map(t -> numbers[t]).toArray();
  }

  public int size() {
    return order.length;
  }

  /** The tensors from which values flow into one. */
  public int[] producers(int t) {
    return producers.of(t);
  }

  /** The tensors into which the value of one flows. */
  public int[] consumers(int t) {
    return consumers.of(t);
  }

  /** The variables that are read or written, by number. */
  public List<VariableNode> variables() {
    return variables;
  }

  /** The number of the variable whose value a tensor is; −1 if it is none. */
  public int read(int t) {
    return effects.get(t) ? TensorNumbering.NONE : touched[t];
  }

  /** The number of the variable that is written where a tensor is an effect; −1 elsewhere. */
  public int written(int t) {
    return effects.get(t) ? touched[t] : TensorNumbering.NONE;
  }

  /** The effects by which a variable is written. */
  public List<Integer> writes(int variable) {
    return writes.getOrDefault(variable, List.of());
  }

  /** The effects that the read of a variable waits for: it sees what they wrote. */
  public int[] writesBefore(int t) {
    return writesBefore.getOrDefault(t, NOTHING);
  }

  /** The graph or function body that a tensor is in. */
  public GraphIndex graph(int t) {
    return instance(t).graph();
  }

  public String op(int t) {
    return graph(t).op(nodeId(t));
  }

  public String name(int t) {
    return graph(t).name(nodeId(t));
  }

  /** The number of a tensor's node in the graph of its instance. */
  public int nodeId(int t) {
    return instance(t).tensors().node(local(t));
  }

  public Instance instance(int t) {
    return instances.of(order[t]);
  }

  public CallTree instances() {
    return instances;
  }

  /** The number of a tensor within its instance. */
  public int local(int t) {
    return order[t] - instance(t).offset();
  }

  /** The flow's number of an instance's tensor; −1 where it lies on a cycle. */
  public int number(Instance of, int local) {
    return numbers[of.offset() + local];
  }

  /** The tensors that a tensor's node takes, by input; {@link TensorNumbering#NONE} for none. */
  public int[] inputs(int t) {
    Instance of = instance(t);
    return Arrays.stream(of.tensors().inputs(nodeId(t)))
        .map(input -> input == TensorNumbering.NONE ? input : number(of, input))
        .toArray();
  }

  /**
   * The inputs at which a tensor is consumed, as the graph spells them, in its order.
   *
   * @param consumers the tensors that it is consumed for; one in a called function stands for the
   *     input of the calling node
   */
  public List<GradientEdge> edges(int tensor, int[] consumers) {
    Instance instance = instance(tensor);
    GraphIndex graph = instance.graph();
    Map<GradientEdge, Integer> edges = new LinkedHashMap<>();
    for (int consumer : consumers) {
      Instance of = instance(consumer);
      boolean here = of.number() == instance.number();
      int node = here ? nodeId(consumer) : of.caller().node();
      int[] inputs = instance.tensors().inputs(node);
      for (int input = 0; input < inputs.length; input++) {
        boolean argument = here || of.caller().call().firstInput() + nodeId(consumer) == input;
        if (inputs[input] == local(tensor) && argument) {
          edges.put(new GradientEdge(graph.name(node), input), node);
        }
      }
    }
    List<GradientEdge> sorted = new ArrayList<>(edges.keySet());
    sorted.sort(
        Comparator.comparing((GradientEdge edge) -> edges.get(edge))
            .thenComparing(GradientEdge::input));
    return sorted;
  }

  /**
   * Whether a value ends here: no node takes it, save for its shape, and it is no effect. Functions
   * compute losses that nobody asks for.
   */
  public boolean isEnd(int t) {
    return consumers.count(t) == 0
        && written(t) == TensorNumbering.NONE
        && (!instance(t).tensors().isConsumed(local(t)) || isMeasured(t));
  }

  /** Whether nobody sees a value that ends here: it is in a function and does not run by itself. */
  public boolean isDead(int t) {
    return !instances.runsByItself(instance(t), nodeId(t));
  }

  /** Whether all that take a tensor look at its shape. */
  private boolean isMeasured(int t) {
    Instance of = instance(t);
    return of.graph()
        .consumers(nodeId(t))
        .filter(node -> takes(of, node, local(t)))
        .allMatch(node -> OpTable.isMeasuring(of.graph().op(node)));
  }

  private static boolean takes(Instance of, int node, int local) {
    return Arrays.stream(of.tensors().inputs(node)).anyMatch(input -> input == local);
  }

  /** The value of a constant; 1 for what is not known to be one. */
  public double constant(int tensor) {
    int at = tensor;
    while (producers(at).length == 1
        && (OpTable.handsOn(op(at)) || op(at).equals(OpTable.ARGUMENT) || op(at).equals("Cast"))) {
      at = producers(at)[0];
    }
    return Constants.value(graph(at), nodeId(at)).orElse(1);
  }

  /** What a variable flows into. */
  public BitSet dependents(int variable) {
    BitSet read = new BitSet();
    for (int t = 0; t < size(); t++) {
      read.set(t, read(t) == variable);
    }
    return descendants(read);
  }

  /** The tensors to which values of some flow, themselves included. */
  public BitSet descendants(BitSet of) {
    BitSet seen = (BitSet) of.clone();
    spread(seen, size() - 1);
    return seen;
  }

  /** Adds the descendants of some tensors up to one of them in the order. */
  public void spread(BitSet seen, int last) {
    for (int t = seen.nextSetBit(0); t >= 0 && t <= last; t++) {
      for (int i = 0; i < producers.count(t) && !seen.get(t); i++) {
        seen.set(t, seen.get(producers.target(t, i)));
      }
    }
  }

  /** The tensors from which values flow to some, themselves included. */
  public BitSet ancestors(BitSet of) {
    BitSet seen = (BitSet) of.clone();
    for (int t = seen.length() - 1; t >= 0; t--) {
      if (seen.get(t)) {
        for (int i = 0; i < producers.count(t); i++) {
          seen.set(producers.target(t, i));
        }
      }
    }
    return seen;
  }
}
