package org.grokfast.tensorflow.find.roles;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.graph.OpTable;

/**
 * Where what a model computes ends: its loss, above all.
 *
 * <ol>
 *   <li>A value ends where no node takes it, be it returned or not.
 *   <li>It ends in a variable that is only kept: what is read of it goes nowhere but, summed or
 *       averaged, back into itself. So do metrics, and the statistics of batch normalisation.
 * </ol>
 *
 * What comes after the update of a variable is no end of the model: norms of updates, averages of
 * weights.
 */
final class FlowEnds {
  private static final Set<String> AVERAGING =
      Set.of("Identity", "Mul", "Add", "AddV2", "Sub", "AddN", "Cast");

  private final InlinedFlow flow;
  private final BitSet data;
  private final BitSet reads = new BitSet();

  /** Where data and variables have flowed together. */
  private final BitSet both;

  /** What comes after an update. */
  private final BitSet updated;

  /** Variables that something other than sums and averages of their own is made from. */
  private final BitSet used = new BitSet();

  /**
   * Looks for ends.
   *
   * @param sources where data comes from
   */
  FlowEnds(InlinedFlow flow, BitSet sources) {
    this.flow = flow;
    this.data = flow.descendants(sources);
    for (int t = 0; t < flow.size(); t++) {
      reads.set(t, flow.read(t) >= 0);
    }
    this.both = flow.descendants(reads);
    both.and(data);
    findUsed();
    this.updated = flow.descendants(updates());
  }

  /** The tensors in which data and variables have flowed together and end, and somebody sees it. */
  BitSet seen() {
    BitSet all = new BitSet();
    for (int t = both.nextSetBit(0); t >= 0; t = both.nextSetBit(t + 1)) {
      int variable = flow.written(t);
      all.set(t, variable < 0 ? flow.isEnd(t) && !flow.isDead(t) : !used.get(variable));
    }
    BitSet ofModel = (BitSet) all.clone();
    ofModel.andNot(updated);
    return ofModel.isEmpty() ? all : ofModel;
  }

  /**
   * The same that functions compute and nobody sees. What variables lead to that all have a part in
   * the same updates comes first, as losses do; of a slot and its variable the slot has a part in
   * fewer.
   */
  List<Integer> unseen() {
    Map<Integer, BitSet> variables = new LinkedHashMap<>();
    for (int t = both.nextSetBit(0); t >= 0; t = both.nextSetBit(t + 1)) {
      if (flow.written(t) < 0 && flow.isEnd(t) && flow.isDead(t) && !updated.get(t)) {
        variables.put(t, variablesBefore(t));
      }
    }
    Map<Integer, BitSet> parts = new HashMap<>();
    Map<Integer, Integer> ranks = new HashMap<>();
    variables.forEach(
        (end, before) -> {
          long kinds =
              before.stream()
                  .filter(used::get)
                  .mapToObj(variable -> parts.computeIfAbsent(variable, this::updatedWith))
                  .filter(part -> !part.isEmpty())
                  .distinct()
                  .count();
          ranks.put(end, kinds == 1 ? -before.cardinality() : before.cardinality());
        });
    List<Integer> sorted = new ArrayList<>(variables.keySet());
    sorted.sort(Comparator.comparing(ranks::get));
    return sorted;
  }

  /** The variables that are written with what data makes of a variable that data is written to. */
  private BitSet updatedWith(int variable) {
    BitSet after = new BitSet();
    boolean trained = false;
    for (int t = 0; t < flow.size(); t++) {
      after.set(t, flow.read(t) == variable);
      trained |= flow.written(t) == variable && data.get(t);
    }
    BitSet written = new BitSet();
    if (trained) {
      flow.descendants(after).stream()
          .map(flow::written)
          .filter(other -> other >= 0 && used.get(other))
          .forEach(written::set);
    }
    return written;
  }

  /** Whether more than sums and averages of its own is made from a variable. */
  boolean isUsed(int variable) {
    return used.get(variable);
  }

  private BitSet variablesBefore(int t) {
    BitSet end = new BitSet();
    end.set(t);
    BitSet read = flow.ancestors(end);
    read.and(reads);
    BitSet variables = new BitSet();
    read.stream().map(flow::read).forEach(variables::set);
    return variables;
  }

  private void findUsed() {
    int[] writes = writes(false);
    for (int r = reads.nextSetBit(0); r >= 0; r = reads.nextSetBit(r + 1)) {
      int variable = flow.read(r);
      boolean kept =
          writes[r] == Served.NOBODY
              ? !meetsData(r)
              : writes[r] == variable && isAveraged(r, writes);
      if (!kept) {
        used.set(variable);
      }
    }
  }

  private boolean meetsData(int read) {
    BitSet after = new BitSet();
    after.set(read);
    after = flow.descendants(after);
    after.and(data);
    return !after.isEmpty();
  }

  /** By tensor, the variable that is written with what it flows to; or several, or none. */
  private int[] writes(boolean ofUsedAlone) {
    int[] writes = new int[flow.size()];
    for (int t = flow.size() - 1; t >= 0; t--) {
      int variable = flow.written(t);
      int whom = variable >= 0 && (!ofUsedAlone || used.get(variable)) ? variable : Served.NOBODY;
      for (int consumer : flow.consumers(t)) {
        int other = writes[consumer];
        if (whom == Served.NOBODY) {
          whom = other;
        } else if (other != Served.NOBODY && other != whom) {
          whom = Served.SEVERAL;
        }
      }
      writes[t] = whom;
    }
    return writes;
  }

  /** Whether what is read of a variable flows to its write through sums and constant factors. */
  private boolean isAveraged(int read, int[] writes) {
    BitSet way = new BitSet();
    way.set(read);
    for (int t = read; t >= 0; t = way.nextSetBit(t + 1)) {
      for (int consumer : flow.consumers(t)) {
        if (flow.written(consumer) >= 0 || writes[consumer] == Served.NOBODY) {
          continue;
        }
        String op = flow.op(consumer);
        boolean scales =
            op.equals("Mul")
                && Arrays.stream(flow.producers(consumer))
                    .anyMatch(factor -> data.get(factor) && !way.get(factor));
        if (!AVERAGING.contains(op) || scales) {
          return false;
        }
        way.set(consumer);
      }
    }
    return true;
  }

  /** Values that are written to a variable in use and lead to no other. */
  private BitSet updates() {
    int[] writes = writes(true);
    BitSet updates = new BitSet();
    for (int t = 0; t < flow.size(); t++) {
      int variable = flow.written(t);
      if (variable < 0 || !used.get(variable) || OpTable.isTraining(flow.op(t))) {
        continue;
      }
      for (int value : flow.producers(t)) {
        updates.set(value, data.get(value) && writes[value] == variable);
      }
    }
    return updates;
  }
}
