package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of one graph or function body, numbered from 0: what nodes take or return, an effect
 * for each node that writes a variable, and one tensor for any other node that nobody takes from.
 */
final class ViewTensors {
  static final int NONE = -1;

  /** The output index of an effect. */
  static final int EFFECT = -1;

  private final TrainingGraph graph;
  private final int[][] inputs;
  private final int[] first;
  private final Map<Integer, List<Integer>> others = new HashMap<>();
  private final int[] effects;
  private final List<Integer> nodes = new ArrayList<>();
  private final List<TensorName> names = new ArrayList<>();
  private final BitSet taken = new BitSet();
  private final int[] returned;

  /**
   * Numbers the tensors.
   *
   * @param returned what a function returns, as its body spells it; empty for a graph
   */
  ViewTensors(TrainingGraph graph, List<String> returned) {
    this.graph = graph;
    this.inputs = new int[graph.size()][];
    this.first = new int[graph.size()];
    this.effects = new int[graph.size()];
    Arrays.fill(first, NONE);
    Arrays.fill(effects, NONE);
    for (int node = 0; node < graph.size(); node++) {
      inputs[node] = inputs(node);
    }
    this.returned =
        returned.stream()
            .map(TensorName::parse)
            .mapToInt(name -> graph.has(name.node()) ? tensor(graph.id(name.node()), name) : NONE)
            .toArray();
    for (int node = 0; node < graph.size(); node++) {
      if (VariableWrites.isWrite(graph.node(node))) {
        effects[node] = add(node, new TensorName(graph.node(node).getName(), "", EFFECT));
      } else if (first[node] == NONE) {
        tensor(node, 0);
      }
    }
  }

  private int[] inputs(int node) {
    int[] result = new int[graph.node(node).getInputCount()];
    for (int i = 0; i < result.length; i++) {
      TensorName name = TensorName.parse(graph.node(node).getInput(i));
      result[i] = name.isControl() ? NONE : tensor(graph.producer(node, i), name);
      if (result[i] != NONE) {
        taken.set(result[i]);
      }
    }
    return result;
  }

  /** The tensor of an output of a node that has all its outputs under one name. */
  int tensor(int node, int index) {
    String name = first[node] == NONE ? "" : names.get(first[node]).output();
    return tensor(node, new TensorName(graph.node(node).getName(), name, index));
  }

  private int tensor(int node, TensorName name) {
    if (first[node] == NONE) {
      first[node] = add(node, name);
      return first[node];
    }
    if (names.get(first[node]).equals(name)) {
      return first[node];
    }
    List<Integer> more = others.computeIfAbsent(node, key -> new ArrayList<>());
    for (int tensor : more) {
      if (names.get(tensor).equals(name)) {
        return tensor;
      }
    }
    more.add(add(node, name));
    return more.get(more.size() - 1);
  }

  private int add(int node, TensorName name) {
    nodes.add(node);
    names.add(name);
    return nodes.size() - 1;
  }

  TrainingGraph graph() {
    return graph;
  }

  int size() {
    return nodes.size();
  }

  /** The node that a tensor comes out of. */
  int node(int tensor) {
    return nodes.get(tensor);
  }

  /** The index of a tensor among its node's outputs of one name, or {@link #EFFECT}. */
  int index(int tensor) {
    return names.get(tensor).index();
  }

  /** The tensors that a node takes, by input; {@link #NONE} for a control input. */
  int[] taken(int node) {
    return inputs[node];
  }

  /** Whether any node takes a tensor. */
  boolean isTaken(int tensor) {
    return taken.get(tensor);
  }

  /** The effect of a node that writes a variable; {@link #NONE} for any other. */
  int effect(int node) {
    return effects[node];
  }

  /** What a function returns, in the order of its outputs. */
  int[] returned() {
    return returned;
  }

  /** All tensors of a node, its effect included. */
  List<Integer> of(int node) {
    List<Integer> all = new ArrayList<>(others.getOrDefault(node, List.of()));
    if (first[node] != NONE) {
      all.add(first[node]);
    }
    if (effects[node] != NONE) {
      all.add(effects[node]);
    }
    return all;
  }
}
