package org.grokfast.tensorflow.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.grokfast.file.ReadLimits;

/** The edges of a directed graph over numbered vertices, and the search for a cycle. */
final class Edges {
  private final int vertices;
  private int[] from = new int[16];
  private int[] to = new int[16];
  private int size;

  Edges(int vertices) {
    this.vertices = vertices;
  }

  void add(int source, int target) {
    if (size == from.length) {
      int capacity = (int) Math.min(ReadLimits.MAX_ARRAY, size + (size >> 1) + 1L);
      from = Arrays.copyOf(from, capacity);
      to = Arrays.copyOf(to, capacity);
    }
    from[size] = source;
    to[size] = target;
    size++;
  }

  /** The vertices of one cycle along its edges, the first again at the end; empty if none. */
  Optional<List<Integer>> cycle() {
    boolean[] ordered = ordered();
    int[] before = new int[vertices];
    int start = -1;
    for (int i = 0; i < size; i++) {
      if (!ordered[from[i]] && !ordered[to[i]]) {
        before[to[i]] = from[i];
        start = to[i];
      }
    }
    return start < 0 ? Optional.empty() : Optional.of(cycleBefore(start, before));
  }

  /** Which vertices can be put into an order (Kahn's algorithm); the others follow a cycle. */
  private boolean[] ordered() {
    int[] firstEdge = new int[vertices + 1];
    int[] waiting = new int[vertices];
    for (int i = 0; i < size; i++) {
      firstEdge[from[i] + 1]++;
      waiting[to[i]]++;
    }
    for (int v = 0; v < vertices; v++) {
      firstEdge[v + 1] += firstEdge[v];
    }
    int[] next = Arrays.copyOf(firstEdge, vertices);
    int[] targets = new int[size];
    for (int i = 0; i < size; i++) {
      targets[next[from[i]]++] = to[i];
    }
    int[] queue = new int[vertices];
    int queued = 0;
    for (int v = 0; v < vertices; v++) {
      if (waiting[v] == 0) {
        queue[queued++] = v;
      }
    }
    boolean[] ordered = new boolean[vertices];
    for (int done = 0; done < queued; done++) {
      int v = queue[done];
      ordered[v] = true;
      for (int i = firstEdge[v]; i < firstEdge[v + 1]; i++) {
        if (--waiting[targets[i]] == 0) {
          queue[queued++] = targets[i];
        }
      }
    }
    return ordered;
  }

  /** Walks back from a vertex that follows a cycle until one comes up again. */
  private List<Integer> cycleBefore(int start, int[] before) {
    boolean[] seen = new boolean[vertices];
    int v = start;
    while (!seen[v]) {
      seen[v] = true;
      v = before[v];
    }
    List<Integer> cycle = new ArrayList<>();
    int last = v;
    do {
      cycle.add(v);
      v = before[v];
    } while (v != last);
    cycle.add(last);
    Collections.reverse(cycle);
    return cycle;
  }
}
