package org.grokfast.tensorflow.find.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.graph.Adjacency;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.TensorName;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/**
 * The tensors of one graph or function body, numbered from 0: what nodes take or return, an effect
 * for each node that writes a variable, and one tensor for any other node that nobody takes from.
 */
public final class TensorNumbering {
  public static final int NONE = -1;

  /** The output index of an effect. */
  static final int EFFECT = -1;

  private static final String SAME = "";

  private final GraphIndex graph;
  private final int[] first;
  private final Map<Integer, List<Integer>> others = new HashMap<>();
  private final Map<Integer, Integer> effects = new HashMap<>();
  private final Adjacency inputs;
  private final BitSet consumed = new BitSet();
  private final int[] returned;
  private int[] nodes;

  /** By tensor, the number of its output. */
  private int[] outputs;

  /** The few ways in which outputs are spelled, and their numbers. */
  private final List<Output> spelled = new ArrayList<>();

  private final Map<Output, Integer> numbers = new HashMap<>();
  private int size;

  /** An output of a node: its name where nodes have several, as in functions, and its index. */
  private record Output(String name, int index) {}

  /**
   * Numbers the tensors.
   *
   * @param returned what a function returns, as its body spells it; empty for a graph
   */
  TensorNumbering(GraphIndex graph, List<String> returned) {
    this.graph = graph;
    this.first = new int[graph.size()];
    this.nodes = new int[graph.size() + 16];
    this.outputs = new int[graph.size() + 16];
    Arrays.fill(first, NONE);
    this.inputs = readInputs();
    this.returned =
        returned.stream()
            .map(TensorName::parse)
            .mapToInt(name -> graph.has(name.node()) ? tensor(graph.id(name.node()), name) : NONE)
            .toArray();
    for (int node = 0; node < graph.size(); node++) {
      if (OpTable.isWrite(graph.op(node))) {
        effects.put(node, add(node, number(new Output(SAME, EFFECT))));
      } else if (first[node] == NONE) {
        tensor(node, 0);
      }
    }
  }

  /** Numbers the tensors of a main graph: a signature can fetch all that it has a function make. */
  static TensorNumbering ofMain(GraphIndex graph) {
    TensorNumbering tensors = new TensorNumbering(graph, List.of());
    for (int node = 0; node < graph.size(); node++) {
      int made = OpTable.isCall(graph.op(node)) ? typesOfCall(graph.node(node)) : 0;
      for (int output = 0; output < made; output++) {
        tensors.tensor(node, output);
      }
    }
    return tensors;
  }

  private static int typesOfCall(NodeDef call) {
    return call.getAttrOrDefault("Tout", AttrValue.getDefaultInstance()).getList().getTypeCount();
  }

  private Adjacency readInputs() {
    Adjacency.Builder edges = new Adjacency.Builder(graph.size());
    for (int node = 0; node < graph.size(); node++) {
      List<String> spelled = graph.inputs(node);
      for (int i = 0; i < spelled.size(); i++) {
        TensorName name = TensorName.parse(spelled.get(i));
        int tensor = name.isControl() ? NONE : tensor(graph.producer(node, i), name);
        if (tensor != NONE) {
          consumed.set(tensor);
        }
        edges.add(tensor);
      }
      edges.end();
    }
    return edges.build();
  }

  /** The tensor of an output of a node that has all its outputs under one name. */
  int tensor(int node, int index) {
    String name = first[node] == NONE ? SAME : spelled.get(outputs[first[node]]).name();
    return tensor(node, new Output(name, index));
  }

  private int tensor(int node, TensorName name) {
    return tensor(node, new Output(name.output(), name.index()));
  }

  private int tensor(int node, Output output) {
    int number = number(output);
    if (first[node] == NONE) {
      first[node] = add(node, number);
      return first[node];
    }
    if (outputs[first[node]] == number) {
      return first[node];
    }
    List<Integer> more = others.computeIfAbsent(node, key -> new ArrayList<>());
    for (int tensor : more) {
      if (outputs[tensor] == number) {
        return tensor;
      }
    }
    more.add(add(node, number));
    return more.get(more.size() - 1);
  }

  private int number(Output output) {
    return numbers.computeIfAbsent(
        output,
        unknown -> {
          spelled.add(unknown);
          return spelled.size() - 1;
        });
  }

  private int add(int node, int output) {
    if (size == nodes.length) {
      nodes = Arrays.copyOf(nodes, size + (size >> 2));
      outputs = Arrays.copyOf(outputs, size + (size >> 2));
    }
    nodes[size] = node;
    outputs[size] = output;
    return size++;
  }

  GraphIndex graph() {
    return graph;
  }

  int size() {
    return size;
  }

  /** The node that a tensor comes out of. */
  public int node(int tensor) {
    return nodes[tensor];
  }

  /** The index of a tensor among its node's outputs of one name, or {@link #EFFECT}. */
  int index(int tensor) {
    return spelled.get(outputs[tensor]).index();
  }

  /** The tensors that a node takes, by input; {@link #NONE} for a control input. */
  public int[] inputs(int node) {
    return inputs.of(node);
  }

  /** Whether any node takes a tensor. */
  boolean isConsumed(int tensor) {
    return consumed.get(tensor);
  }

  /** The effect of a node that writes a variable; {@link #NONE} for any other. */
  int effect(int node) {
    return effects.getOrDefault(node, NONE);
  }

  /** What a function returns, in the order of its outputs. */
  int[] returned() {
    return returned;
  }

  /** All tensors of a node, its effect included. */
  public List<Integer> of(int node) {
    List<Integer> all = new ArrayList<>(others.getOrDefault(node, List.of()));
    if (first[node] != NONE) {
      all.add(first[node]);
    }
    if (effects.containsKey(node)) {
      all.add(effects.get(node));
    }
    return all;
  }
}
