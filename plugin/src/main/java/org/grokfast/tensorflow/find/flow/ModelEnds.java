package org.grokfast.tensorflow.find.flow;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.grokfast.graph.Dominators;

/**
 * The ends of what a model computes, without what is only looked at, such as the norm of a gradient
 * or of all of them.
 *
 * <pre>
 *   data, w, b ──▶ difference ──▶ squares ──▶ loss          an end, be it taken or not
 *                      │
 *                      ├──▶ gradient of w ──┬──▶ update of w
 *                      │                    └─┐
 *                      └──▶ gradient of b ────┴──▶ norm      looked at
 * </pre>
 *
 * All data gets to what is looked at by tensors that serve one variable each, and what these are
 * made from leads to another end, which data gets to in other ways too. Where all that a model
 * computes serves one variable, the two can't be told apart, and both count.
 */
final class ModelEnds {
  private final InlinedFlow flow;
  private final Dominators dominators;
  private final IntFunction<int[]> producers;
  private final int[] updates;
  private final BitSet all;
  private final BitSet before;

  /**
   * Tells the ends apart.
   *
   * @param producers what tensors are made from, through states too
   * @param updates by tensor, the variable that it serves alone, or why there is none
   * @param taken the ends that count
   * @param unseen ends that nobody sees
   */
  ModelEnds(
      InlinedFlow flow,
      Dominators dominators,
      IntFunction<int[]> producers,
      int[] updates,
      BitSet taken,
      List<Integer> unseen) {
    this.flow = flow;
    this.dominators = dominators;
    this.producers = producers;
    this.updates = updates;
    this.all = (BitSet) taken.clone();
    unseen.forEach(all::set);
    BitSet ends = (BitSet) taken.clone();
    ends.andNot(lookedAt(taken));
    this.before = flow.ancestors(ends);
  }

  private BitSet lookedAt(BitSet taken) {
    BitSet plain = unserved();
    plain.and(all);
    BitSet shared = ancestors(plain);
    BitSet several = new BitSet();
    shared.stream()
        .filter(t -> updates[t] == Served.SEVERAL && dominators.reaches(t))
        .forEach(several::set);
    Map<Integer, BitSet> made = new HashMap<>();
    Map<Integer, BitSet> served = new HashMap<>();
    BitSet variables = new BitSet();
    taken.stream()
        .filter(end -> !plain.get(end) && dominators.reaches(end))
        .forEach(
            end -> {
              BitSet start = new BitSet();
              start.set(end);
              BitSet from = ancestors(start);
              from.and(several);
              made.put(end, from);
              served.put(end, served(end));
              variables.or(served.get(end));
            });
    BitSet lookedAt = new BitSet();
    made.keySet().forEach(lookedAt::set);
    variables.stream()
        .forEach(
            variable -> {
              BitSet own = new BitSet();
              for (int t = 0; t < flow.size(); t++) {
                own.set(t, flow.read(t) == variable);
              }
              BitSet after = flow.descendants(own);
              made.forEach(
                  (end, from) -> {
                    if (served.get(end).get(variable) && !from.intersects(after)) {
                      lookedAt.clear(end);
                    }
                  });
            });
    return lookedAt;
  }

  /** What data gets to without a tensor that serves one variable alone. */
  private BitSet unserved() {
    BitSet unserved = new BitSet();
    for (int t = 0; t < flow.size(); t++) {
      if (updates[t] >= 0 || !dominators.reaches(t)) {
        continue;
      }
      boolean source = true;
      boolean found = false;
      for (int from : producers.apply(t)) {
        source &= !dominators.reaches(from);
        found |= unserved.get(from);
      }
      unserved.set(t, source || found);
    }
    return unserved;
  }

  /** The variables that those tensors serve by which data gets to an end. */
  private BitSet served(int end) {
    BitSet variables = new BitSet();
    BitSet seen = new BitSet();
    Deque<Integer> todo = new ArrayDeque<>(List.of(end));
    while (!todo.isEmpty()) {
      int at = todo.remove();
      if (seen.get(at) || !dominators.reaches(at)) {
        continue;
      }
      seen.set(at);
      if (updates[at] >= 0) {
        variables.set(updates[at]);
      } else {
        for (int from : producers.apply(at)) {
          todo.add(from);
        }
      }
    }
    return variables;
  }

  private BitSet ancestors(BitSet of) {
    BitSet seen = (BitSet) of.clone();
    for (int t = seen.length() - 1; t >= 0; t--) {
      if (seen.get(t)) {
        for (int from : producers.apply(t)) {
          seen.set(from);
        }
      }
    }
    return seen;
  }

  /** Whether a tensor leads to an end. */
  boolean isReachedFrom(int t) {
    return before.get(t);
  }

  /**
   * Whether something that ends, be it seen or not, is made from a variable and from data that a
   * tensor is made from too, but not from the tensor: so does a loss where the tensor is a gradient
   * that is looked at.
   */
  boolean bypass(int t, int variable) {
    BitSet start = new BitSet();
    start.set(t);
    BitSet made = flow.ancestors(start);
    BitSet data = new BitSet();
    made.stream()
        .filter(from -> dominators.reaches(from) && dominators.before(from) == Dominators.START)
        .forEach(data::set);
    BitSet ofData = flow.descendants(data);
    BitSet own = new BitSet();
    made.stream().filter(from -> flow.read(from) == variable).forEach(own::set);
    BitSet ofVariable = flow.descendants(own);
    BitSet after = flow.descendants(start);
    return all.stream().anyMatch(end -> ofData.get(end) && ofVariable.get(end) && !after.get(end));
  }
}
