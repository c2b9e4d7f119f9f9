package org.grokfast.tensorflow.find.roles;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.grokfast.graph.Dominators;
import org.grokfast.tensorflow.find.flow.InlinedFlow;

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
public final class ModelEnds {
  static final Set<String> SUMS = Set.of("Add", "AddN", "AddV2", "Sub");
  private static final Set<String> LINEAR = Set.of("Mean", "Neg", "Sum");

  private final InlinedFlow flow;
  private final Dominators dominators;
  private final IntFunction<int[]> producers;
  private final int[] updates;
  private final BitSet all;
  private final BitSet before;
  private final BitSet lossTerms = new BitSet();
  private final BitSet backwardTerms = new BitSet();

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
    findTerms();
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
   * What is computed of variables without data and added to a loss, be it seen or not, such as a
   * penalty on weights, and the gradients of such in a backward pass.
   */
  BitSet penalties() {
    BitSet penalties = (BitSet) lossTerms.clone();
    penalties.or(backwardTerms);
    return penalties;
  }

  /** Whether a loss has a term among some tensors. */
  public boolean isTermOfLoss(BitSet some) {
    return lossTerms.intersects(some);
  }

  /** Whether some of what is made of a variable without data is computed in a backward pass. */
  public boolean isOfBackward(BitSet some) {
    return backwardTerms.intersects(some);
  }

  /**
   * Finds what is computed of variables, not their mere values, without data: of that, what is
   * named in a backward pass, and what is added to data where nothing but sums and factors follows
   * up to an end. A sum that serves one variable is its update's, and no loss.
   */
  private void findTerms() {
    BitSet computed = new BitSet();
    BitSet read = new BitSet();
    for (int t = 0; t < flow.size(); t++) {
      if (dominators.reaches(t)) {
        continue;
      }
      boolean passing = PlainSum.isPassing(flow.op(t));
      for (int from : flow.producers(t)) {
        read.set(t, read.get(t) || read.get(from));
        computed.set(t, computed.get(t) || computed.get(from) || (read.get(from) && !passing));
      }
      read.set(t, read.get(t) || flow.read(t) >= 0);
      backwardTerms.set(t, computed.get(t) && BackwardScope.of(flow, t).isPresent());
    }
    BitSet linear = new BitSet();
    for (int t = flow.size() - 1; t >= 0; t--) {
      linear.set(t, all.get(t) || leadsOn(t, linear));
      if (linear.get(t) && updates[t] < 0 && dominators.reaches(t) && SUMS.contains(flow.op(t))) {
        Arrays.stream(flow.producers(t)).filter(computed::get).forEach(lossTerms::set);
      }
    }
  }

  /** Whether a sum or a product with a tensor leads on. */
  private boolean leadsOn(int t, BitSet leading) {
    return Arrays.stream(flow.consumers(t))
        .anyMatch(c -> leading.get(c) && (flow.written(c) >= 0 || isLinear(flow, c, t)));
  }

  /** Whether a tensor is made from another one by sums and factors alone. */
  public static boolean isLinear(InlinedFlow flow, int t, int from) {
    String op = flow.op(t);
    int[] parts = flow.producers(t);
    return PlainSum.isPassing(op)
        || op.endsWith("PartitionedCall")
        || LINEAR.contains(op)
        || SUMS.contains(op)
        || (PlainSum.isProduct(op) && parts.length == 2 && parts[0] == from != (parts[1] == from));
  }

  /**
   * Whether something that ends, be it seen or not, is made from a variable and from data that a
   * tensor is made from too, but not from the tensor: so does a loss where the tensor is a gradient
   * that is looked at.
   */
  public boolean bypass(int t, int variable) {
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
