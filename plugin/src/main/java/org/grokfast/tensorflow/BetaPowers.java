package org.grokfast.tensorflow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.grokfast.graph.Reachability;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.VariableNode;

/**
 * Finds updates of the powers of beta that Adam and its kin read, and that nothing orders against
 * the ops that read them: whether a step sees the old power or the new one is then a data race.
 *
 * <pre>
 *   before:  beta1_power ──▶ ApplyAdam
 *            beta1_power ──▶ Mul ──▶ Assign(beta1_power)            either may run first
 *   after:   ApplyAdam ──▶ Assign(beta1_power)                      the Apply op runs first
 * </pre>
 */
final class BetaPowers {
  private static final Map<String, int[]> POWER_INPUTS =
      Map.of(
          "ApplyAdam", new int[] {3, 4},
          "ApplyAdaMax", new int[] {3},
          "ApplyAdamWithAmsgrad", new int[] {4, 5});

  /** An update reads its own variable within a few nodes; an initial value does not. */
  private static final int NEAR = 32;

  private final GraphIndex graph;

  /** Updates of which a wrapped live graph runs ordered copies. */
  private final Set<String> copied = new HashSet<>();

  BetaPowers(GraphIndex graph) {
    this.graph = graph;
    Provenance.inserted(graph.nodes())
        .mapToObj(graph.nodes()::get)
        .flatMap(node -> Provenance.text(node, Provenance.COPY_OF).stream())
        .forEach(copied::add);
  }

  /**
   * An update that nothing orders against some of its power's readers.
   *
   * @param variable the node of the power
   * @param update the node that assigns its next value
   * @param readers the training ops that read it, in no order with the update
   */
  record Unordered(int variable, int update, List<Integer> readers) {}

  /** All such updates, in the order of the graph's nodes. */
  List<Unordered> unordered() {
    return unordered(id -> true);
  }

  /** The same among some of the nodes. */
  List<Unordered> unordered(IntPredicate run) {
    Map<Integer, List<Integer>> readers = readers(run);
    List<Unordered> found = new ArrayList<>();
    for (int id = 0; id < graph.size() && !readers.isEmpty(); id++) {
      if (!run.test(id)
          || !OpTable.isAssignment(graph.op(id))
          || graph.inputCount(id) < 2
          || copied.contains(graph.name(id))) {
        continue;
      }
      OptionalInt variable = variable(id, 0);
      if (variable.isPresent() && readers.containsKey(variable.getAsInt())) {
        int power = variable.getAsInt();
        List<Integer> loose =
            readsItself(id, power) ? unorderedReaders(id, readers.get(power)) : List.of();
        if (!loose.isEmpty()) {
          found.add(new Unordered(power, id, loose));
        }
      }
    }
    return found;
  }

  private Map<Integer, List<Integer>> readers(IntPredicate run) {
    Map<Integer, List<Integer>> readers = new TreeMap<>();
    for (int id = 0; id < graph.size(); id++) {
      String op = graph.op(id);
      int[] inputs = run.test(id) ? POWER_INPUTS.get(OpTable.withoutResource(op)) : null;
      for (int input : inputs == null ? new int[0] : inputs) {
        if (input < graph.inputCount(id)) {
          OptionalInt variable = variable(id, input);
          if (variable.isPresent()) {
            readers.computeIfAbsent(variable.getAsInt(), v -> new ArrayList<>()).add(id);
          }
        }
      }
    }
    return readers;
  }

  private OptionalInt variable(int id, int input) {
    int at = graph.producer(id, input);
    // A chain longer than the graph is a cycle.
    for (int steps = 0; steps <= graph.size(); steps++) {
      if (VariableNode.at(graph, at).isPresent()) {
        return OptionalInt.of(at);
      }
      if (!passesValue(graph.op(at)) || graph.inputCount(at) == 0) {
        return OptionalInt.empty();
      }
      at = graph.producer(at, 0);
    }
    return OptionalInt.empty();
  }

  private static boolean passesValue(String op) {
    return OpTable.handsOn(op) || op.equals("Cast") || op.equals("ReadVariableOp");
  }

  private boolean readsItself(int update, int variable) {
    Deque<Integer> todo = new ArrayDeque<>(List.of(graph.producer(update, 1)));
    BitSet seen = new BitSet();
    while (!todo.isEmpty() && seen.cardinality() < NEAR) {
      int at = todo.remove();
      if (at == variable) {
        return true;
      }
      if (!seen.get(at)) {
        seen.set(at);
        graph.producers(at).forEach(todo::add);
      }
    }
    return false;
  }

  private List<Integer> unorderedReaders(int update, List<Integer> readers) {
    BitSet before = Reachability.from(update, graph::producers);
    BitSet after = Reachability.from(update, graph::consumers);
    boolean isCopy = Provenance.isInserted(graph.node(update));
    List<Integer> loose =
        readers.stream()
            .distinct()
            .filter(reader -> !before.get(reader) && !after.get(reader))
            .filter(reader -> !isCopy || !copied.contains(graph.name(reader)))
            .toList();
    // A wrapped graph runs its copies: an update that waits for the originals would run them too.
    List<Integer> copies =
        loose.stream().filter(reader -> Provenance.isInserted(graph.node(reader))).toList();
    return copies.isEmpty() ? loose : copies;
  }
}
