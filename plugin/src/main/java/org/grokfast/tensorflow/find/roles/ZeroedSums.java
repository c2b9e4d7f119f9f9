package org.grokfast.tensorflow.find.roles;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.tensorflow.find.flow.CallTree.Instance;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.graph.OpTable;

/**
 * Variables that something is added to and that are set to a constant. A function sets them back.
 * In a main graph the initializer does that too; there a sum has another write of a constant, and
 * is added to as it is.
 *
 * <p>The cases of its test; more are among those of the rule {@code data-flow}:
 *
 * <ol>
 *   <li>Sums that are set back where they are used are filtered behind the norm of all.
 *   <li>Sums that are set back elsewhere may be slots, and are named by hand.
 * </ol>
 */
final class ZeroedSums {
  private final InlinedFlow flow;
  private final BitSet sums = new BitSet();

  /** By variable, the writes of a constant. */
  private final Map<Integer, List<Integer>> constants = new HashMap<>();

  /**
   * The sums of one flow.
   *
   * @param leaves where values begin: data, and what is read
   */
  ZeroedSums(InlinedFlow flow, BitSet leaves) {
    this.flow = flow;
    BitSet varying = (BitSet) leaves.clone();
    for (int t = 0; t < flow.size(); t++) {
      varying.set(t, varying.get(t) || OpTable.isSaving(flow.op(t)));
    }
    varying = flow.descendants(varying);
    for (int variable = 0; variable < flow.variables().size(); variable++) {
      sums.set(variable, isSum(variable, varying));
    }
  }

  private boolean isSum(int variable, BitSet varying) {
    boolean added = false;
    int setBack = 0;
    for (int effect : flow.writes(variable)) {
      boolean inMain = flow.instance(effect).isMain();
      if (varying.get(effect)) {
        if (inMain && !adds(effect, variable)) {
          return false;
        }
        added = true;
      } else if (OpTable.isAssignment(flow.op(effect))) {
        constants.computeIfAbsent(variable, key -> new ArrayList<>()).add(effect);
        setBack += inMain ? 1 : 2;
      }
    }
    return added && setBack >= 2;
  }

  private boolean adds(int effect, int variable) {
    return !OpTable.isAssignment(flow.op(effect))
        || new PlainSum(flow, variable).step(effect) != effect;
  }

  /** All of them, by number. */
  BitSet all() {
    return sums;
  }

  /**
   * Whether a sum is shaped like one of some variables and set back in the branch in which all of
   * these are updated that it flows to. A slot stays as it is where the variables are updated.
   */
  boolean isSetBackWith(int sum, BitSet variables) {
    return isLikeOne(sum, variables)
        && flow.dependents(sum).stream()
            .filter(t -> flow.written(t) >= 0 && variables.get(flow.written(t)))
            .mapToObj(flow::instance)
            .allMatch(updated -> isInBranch(updated) && isSetBackIn(sum, updated));
  }

  private boolean isLikeOne(int sum, BitSet variables) {
    Optional<List<Long>> shape = flow.variables().get(sum).shape();
    return shape.isPresent()
        && !shape.get().isEmpty()
        && variables.stream().anyMatch(v -> flow.variables().get(v).shape().equals(shape));
  }

  private boolean isSetBackIn(int sum, Instance instance) {
    return constants.getOrDefault(sum, List.of()).stream()
        .anyMatch(write -> flow.instance(write).number() == instance.number());
  }

  private boolean isInBranch(Instance instance) {
    return !instance.isMain()
        && OpTable.isBranch(
            flow.instances()
                .get(instance.caller().instance())
                .graph()
                .op(instance.caller().node()));
  }
}
