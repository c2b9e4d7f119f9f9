package org.grokfast.tensorflow.file.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.grokfast.graph.Adjacency;

/** The search for a cycle in a directed graph. */
final class Cycle {
  private Cycle() {}

  /**
   * The vertices of one cycle along its edges, the first again at the end; empty if there is none.
   *
   * @param before by vertex, those that come before it
   */
  static Optional<List<Integer>> in(Adjacency before) {
    boolean[] ordered = ordered(before);
    int[] previous = new int[before.size()];
    int start = -1;
    for (int v = 0; v < previous.length; v++) {
      for (int i = 0; i < before.count(v) && !ordered[v]; i++) {
        if (!ordered[before.target(v, i)]) {
          previous[v] = before.target(v, i);
          start = v;
        }
      }
    }
    return start < 0 ? Optional.empty() : Optional.of(cycleBefore(start, previous));
  }

  /** Which vertices can be put into an order (Kahn's algorithm); the others follow a cycle. */
  private static boolean[] ordered(Adjacency before) {
    Adjacency after = before.reversed();
    int vertices = before.size();
    int[] waiting = new int[vertices];
    int[] queue = new int[vertices];
    int queued = 0;
    for (int v = 0; v < vertices; v++) {
      waiting[v] = before.count(v);
      if (waiting[v] == 0) {
        queue[queued++] = v;
      }
    }
    for (int done = 0; done < queued; done++) {
      int v = queue[done];
      for (int i = 0; i < after.count(v); i++) {
        if (--waiting[after.target(v, i)] == 0) {
          queue[queued++] = after.target(v, i);
        }
      }
    }
    boolean[] ordered = new boolean[vertices];
    Arrays.stream(queue, 0, queued).forEach(v -> ordered[v] = true);
    return ordered;
  }

  /** Walks back from a vertex that follows a cycle until one comes up again. */
  private static List<Integer> cycleBefore(int start, int[] previous) {
    boolean[] seen = new boolean[previous.length];
    int v = start;
    while (!seen[v]) {
      seen[v] = true;
      v = previous[v];
    }
    List<Integer> cycle = new ArrayList<>();
    int last = v;
    do {
      cycle.add(v);
      v = previous[v];
    } while (v != last);
    cycle.add(last);
    Collections.reverse(cycle);
    return cycle;
  }
}
