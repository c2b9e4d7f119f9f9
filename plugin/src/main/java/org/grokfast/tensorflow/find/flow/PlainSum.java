package org.grokfast.tensorflow.find.flow;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grokfast.tensorflow.graph.OpTable;

/** A sum in which a variable itself stands beside what is added to it. */
final class PlainSum {
  private static final Set<String> SUMS = Set.of("Add", "AddV2", "Sub");
  private static final Set<String> PASSING = Set.of("Identity", OpTable.ARGUMENT);

  private final InlinedFlow flow;
  private final int variable;

  /**
   * The sums of one variable.
   *
   * @param variable its number
   */
  PlainSum(InlinedFlow flow, int variable) {
    this.flow = flow;
    this.variable = variable;
  }

  /** The effect, or what is added to the variable or subtracted where it says so plainly. */
  int step(int effect) {
    int[] values = flow.producers(effect);
    if (OpTable.isAssignment(flow.op(effect)) && values.length == 1) {
      int value = through(values[0]);
      int other = otherPart(value);
      return other == value ? effect : other;
    }
    return effect;
  }

  /** The part of a sum whose other part is the variable itself; the sum if it is none such. */
  int otherPart(int sum) {
    int[] parts = flow.producers(sum);
    if (SUMS.contains(flow.op(sum)) && parts.length == 2) {
      for (int i = 0; i < 2; i++) {
        if (flow.read(through(parts[i])) == variable) {
          return parts[1 - i];
        }
      }
    }
    return sum;
  }

  /** What a tensor is, behind ops that only hand it on. */
  int through(int t) {
    int at = t;
    while (flow.read(at) < 0 && flow.producers(at).length == 1 && PASSING.contains(flow.op(at))) {
      at = flow.producers(at)[0];
    }
    return at;
  }

  /** What a write adds to the variable, or takes away from it. */
  private record Step(int value, boolean taken) {}

  /**
   * Whether another write takes away what this one adds, as a trial step is taken back before the
   * update.
   *
   * @param effects all writes of the variable
   */
  boolean isTakenBack(int effect, List<Integer> effects) {
    Optional<Step> step = added(effect);
    return step.isPresent()
        && effects.stream()
            .flatMap(other -> added(other).stream())
            .anyMatch(new Step(step.get().value(), !step.get().taken())::equals);
  }

  private Optional<Step> added(int effect) {
    int[] values = flow.producers(effect);
    String op = flow.op(effect);
    if (values.length != 1 || OpTable.isScatter(op)) {
      return Optional.empty();
    }
    int value = through(values[0]);
    if (!OpTable.isAssignment(op)) {
      return Optional.of(new Step(value, op.contains("Sub")));
    }
    int other = otherPart(value);
    boolean isDifference = flow.op(value).equals("Sub");
    boolean reversed = isDifference && flow.read(through(flow.producers(value)[0])) != variable;
    return other == value || reversed
        ? Optional.empty()
        : Optional.of(new Step(through(other), isDifference));
  }
}
