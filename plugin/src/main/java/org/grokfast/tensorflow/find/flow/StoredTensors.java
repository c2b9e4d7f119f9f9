package org.grokfast.tensorflow.find.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.tensorflow.find.flow.CallTree.Instance;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TensorName;

/**
 * What stacks and arrays of tensors hold. A stack is filled and emptied by its handle alone; an
 * array hands a flow on from write to read, which is followed like any other tensor, unless a read
 * takes the flow that the array began with.
 *
 * <pre>
 *   StackPush(handle, value) ┄┄┄▶ StackPop(handle)
 *   TensorArrayWrite(handle, index, value, flow) ─flow─▶ … ─▶ TensorArrayRead(handle, index, flow)
 * </pre>
 */
final class StoredTensors {
  private static final String NO_SOURCE = "";

  private final CallTree instances;

  /** A store, by the node that makes it; an array of gradients by its array and its source. */
  private record Store(int node, String source) {}

  StoredTensors(CallTree instances) {
    this.instances = instances;
  }

  /** By tensor that is taken out by a handle alone, the tensors that are put into its store. */
  Map<Integer, int[]> puts() {
    Map<Integer, int[]> puts = new HashMap<>();
    for (Instance instance : instances.all()) {
      add(instance, puts);
    }
    return puts;
  }

  private static void add(Instance instance, Map<Integer, int[]> puts) {
    GraphIndex graph = instance.graph();
    Map<Store, List<Integer>> values = new HashMap<>();
    List<Integer> taking = new ArrayList<>();
    for (int node = 0; node < graph.size(); node++) {
      int input = OpTable.put(graph.op(node));
      int[] inputs = instance.tensors().inputs(node);
      if (input >= 0 && input < inputs.length && inputs[input] != TensorNumbering.NONE) {
        int value = instance.offset() + inputs[input];
        store(graph, node)
            .ifPresent(store -> values.computeIfAbsent(store, key -> new ArrayList<>()).add(value));
      } else if (OpTable.isTaking(graph.op(node)) && takesByHandle(graph, node)) {
        taking.add(node);
      }
    }
    for (int node : taking) {
      List<Integer> put =
          store(graph, node).map(store -> values.getOrDefault(store, List.of())).orElse(List.of());
      for (int t : instance.tensors().of(node)) {
        puts.put(instance.offset() + t, put.stream().mapToInt(Integer::intValue).toArray());
      }
    }
  }

  private static boolean takesByHandle(GraphIndex graph, int node) {
    if (!OpTable.hasFlow(graph.op(node))) {
      return true;
    }
    List<String> inputs = graph.inputs(node);
    int flow = inputs.size() - 1;
    while (flow > 0 && TensorName.isControl(inputs.get(flow))) {
      flow--;
    }
    return flow >= 0 && OpTable.isStore(graph.op(origin(graph, node, flow)));
  }

  private static Optional<Store> store(GraphIndex graph, int node) {
    if (graph.inputCount(node) == 0) {
      return Optional.empty();
    }
    int made = origin(graph, node, 0);
    if (!OpTable.isStore(graph.op(made))) {
      return Optional.empty();
    }
    String source = Provenance.text(graph.node(made), "source").orElse(NO_SOURCE);
    return Optional.of(
        source.isEmpty() || graph.inputCount(made) == 0
            ? new Store(made, NO_SOURCE)
            : new Store(origin(graph, made, 0), source));
  }

  /** The node that an input comes from, through what only hands it on. */
  private static int origin(GraphIndex graph, int node, int input) {
    int at = graph.producer(node, input);
    for (int steps = 0; steps <= graph.size(); steps++) {
      if (!(OpTable.handsOn(graph.op(at)) || graph.op(at).equals("Merge"))
          || graph.inputCount(at) == 0) {
        break;
      }
      at = graph.producer(at, 0);
    }
    return at;
  }
}
