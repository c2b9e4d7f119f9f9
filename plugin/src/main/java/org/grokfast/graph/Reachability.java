package org.grokfast.graph;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What can be reached in a directed graph over numbered vertices. Iterative, so that depth costs no
 * stack; each vertex is visited once.
 */
public final class Reachability {
  private Reachability() {}

  /**
   * The vertices that are reached from one, itself included.
   *
   * @param next where the edges of a vertex lead
   */
  public static BitSet from(int start, IntFunction<IntStream> next) {
    return from(start, next, vertex -> true);
  }

  /**
   * The same, over vertices that satisfy a condition alone.
   *
   * @param enters whether the walk goes on to a vertex; not asked of the first one
   */
  public static BitSet from(int start, IntFunction<IntStream> next, IntPredicate enters) {
    BitSet starts = new BitSet();
    starts.set(start);
    return from(starts, next, enters);
  }

  /** The same from several vertices. */
  public static BitSet from(BitSet starts, IntFunction<IntStream> next, IntPredicate enters) {
    BitSet seen = (BitSet) starts.clone();
    int[] todo = starts.stream().toArray();
    int count = todo.length;
    while (count > 0) {
      int[] reached =
          next.apply(todo[--count]).filter(vertex -> !seen.get(vertex)).filter(enters).toArray();
      if (count + reached.length > todo.length) {
        todo = Arrays.copyOf(todo, 2 * (count + reached.length));
      }
      for (int vertex : reached) {
        if (!seen.get(vertex)) {
          seen.set(vertex);
          todo[count++] = vertex;
        }
      }
    }
    return seen;
  }
}
