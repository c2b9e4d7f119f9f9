package org.grokfast.tensorflow.live;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.grokfast.tensorflow.graph.TensorName;
import org.tensorflow.proto.NodeDef;

/** Sorts nodes so that each stands after what it takes, and changes as little as that needs. */
final class NodeOrder {
  private NodeOrder() {}

  /**
   * The nodes, of which none takes itself, by Kahn's algorithm; the earliest that can goes next.
   */
  static List<NodeDef> of(List<NodeDef> nodes) {
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      numbers.put(nodes.get(i).getName(), i);
    }
    int[] waiting = new int[nodes.size()];
    Map<Integer, List<Integer>> consumers = new HashMap<>();
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String input : nodes.get(i).getInputList()) {
        Integer producer = numbers.get(TensorName.nodeOf(input));
        if (producer != null) {
          consumers.computeIfAbsent(producer, p -> new ArrayList<>()).add(i);
          waiting[i]++;
        }
      }
      if (waiting[i] == 0) {
        ready.add(i);
      }
    }
    List<NodeDef> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      int next = ready.remove();
      order.add(nodes.get(next));
      for (int consumer : consumers.getOrDefault(next, List.of())) {
        if (--waiting[consumer] == 0) {
          ready.add(consumer);
        }
      }
    }
    return order;
  }
}
