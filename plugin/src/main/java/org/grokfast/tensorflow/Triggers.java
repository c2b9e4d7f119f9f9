package org.grokfast.tensorflow;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.TreeSet;

/**
 * Which nodes a program runs to make an update happen. Two optimizers of one graph (a generator's
 * and a discriminator's) are run by different nodes; their filters must count their own steps.
 */
final class Triggers {
  private Triggers() {}

  /**
   * The names of the nodes without consumers that lie downstream of a node, or its own name where
   * nothing consumes it.
   */
  static String of(TrainingGraph graph, int id) {
    TreeSet<String> sinks = new TreeSet<>();
    BitSet seen = new BitSet();
    Deque<Integer> todo = new ArrayDeque<>();
    todo.add(id);
    seen.set(id);
    while (!todo.isEmpty()) {
      int at = todo.remove();
      int[] consumers = graph.consumers(at).toArray();
      if (consumers.length == 0) {
        sinks.add(graph.node(at).getName());
      }
      for (int consumer : consumers) {
        if (!seen.get(consumer)) {
          seen.set(consumer);
          todo.add(consumer);
        }
      }
    }
    return String.join(",", sinks);
  }
}
