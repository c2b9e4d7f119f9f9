package org.grokfast.tensorflow;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The nodes of sparse updates by the scope of their names. TensorFlow names the ops of one update
 * under one scope ({@code train/update_w/}). Made in one pass over the graph; what is looked for
 * around a node is looked for within its scope.
 */
final class UpdateScopes {
  static final Set<String> SCATTER_OPS =
      Set.of("ScatterAdd", "ScatterSub", "ResourceScatterAdd", "ResourceScatterSub");

  private final TrainingGraph graph;
  private final Map<String, Integer> firstScatters = new HashMap<>();
  private final BitSet assignments = new BitSet();
  private final BitSet sums = new BitSet();

  UpdateScopes(TrainingGraph graph) {
    this.graph = graph;
    for (int id = 0; id < graph.size(); id++) {
      String op = graph.node(id).getOp();
      if (SCATTER_OPS.contains(op)) {
        firstScatters.putIfAbsent(of(id), id);
      } else if (op.startsWith("AssignSub")) {
        assignments.set(id);
      } else if (op.equals("UnsortedSegmentSum")) {
        sums.set(id);
      }
    }
  }

  /** The scope of a node: its name up to the last slash. */
  String of(int id) {
    String name = graph.node(id).getName();
    return name.substring(0, name.lastIndexOf('/') + 1);
  }

  /** Whether no other scatter op of the same scope stands before this one. */
  boolean isFirstScatter(int id) {
    return firstScatters.get(of(id)) == id;
  }

  /** The nearest op of the same scope behind a node that subtracts from a whole variable. */
  OptionalInt assignmentAfter(int id) {
    return assignments.isEmpty()
        ? OptionalInt.empty()
        : nearest(id, graph::consumers, assignments::get);
  }

  /** The nearest op of the same scope before a node that sums the values of equal indices. */
  OptionalInt sumBefore(int id) {
    return sums.isEmpty() ? OptionalInt.empty() : nearest(id, graph::producers, sums::get);
  }

  private OptionalInt nearest(int from, IntFunction<IntStream> next, IntPredicate wanted) {
    String scope = of(from);
    Set<Integer> seen = new HashSet<>(Set.of(from));
    Deque<Integer> todo = new ArrayDeque<>(seen);
    while (!todo.isEmpty()) {
      int at = todo.remove();
      if (wanted.test(at)) {
        return OptionalInt.of(at);
      }
      next.apply(at).filter(id -> of(id).equals(scope) && seen.add(id)).forEach(todo::add);
    }
    return OptionalInt.empty();
  }
}
