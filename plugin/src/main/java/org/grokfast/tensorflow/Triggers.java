package org.grokfast.tensorflow;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
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
    downstream(graph, id).stream()
        .filter(at -> graph.consumers(at).findAny().isEmpty())
        .forEach(at -> sinks.add(graph.node(at).getName()));
    return String.join(",", sinks);
  }

  /** What runs behind a node, itself included. */
  static BitSet downstream(TrainingGraph graph, int id) {
    BitSet seen = new BitSet();
    Deque<Integer> todo = new ArrayDeque<>(List.of(id));
    seen.set(id);
    while (!todo.isEmpty()) {
      graph
          .consumers(todo.remove())
          .filter(consumer -> !seen.get(consumer))
          .forEach(
              consumer -> {
                seen.set(consumer);
                todo.add(consumer);
              });
    }
    return seen;
  }
}
