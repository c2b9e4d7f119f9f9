package org.grokfast.graph;

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
    IntStack todo = new IntStack();
    starts.stream().forEach(todo::push);
    while (!todo.isEmpty()) {
      next.apply(todo.pop())
          .forEach(
              vertex -> {
                if (!seen.get(vertex) && enters.test(vertex)) {
                  seen.set(vertex);
                  todo.push(vertex);
                }
              });
    }
    return seen;
  }
}
