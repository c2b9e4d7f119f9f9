package org.grokfast.tensorflow.find.update;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.find.roles.BackwardScope;
import org.grokfast.tensorflow.find.roles.PlainSum;
import org.grokfast.tensorflow.graph.OpTable;

/**
 * Writes of a variable that another write undoes: the step to the point at which a gradient is
 * looked at, as sharpness-aware minimisation and the extragradient method take it, and the way
 * back.
 *
 * <pre>
 *   w += e;  g = gradient;  w −= e;   w −= rate · g      the first two are a trial
 *   v = w;   w −= rate · gradient;    g = gradient;      the second is a trial: the last starts
 *            w = v − rate · g                            from what was read before it
 * </pre>
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>A step after which the variable starts from where it was is no update.
 *   <li>Nor is one after which it is set back there.
 *   <li>A step of which a part stays is one.
 *   <li>So is one that a decay of what was read before it follows.
 *   <li>Where all is set back nothing is trained.
 *   <li>Nor is it where all is taken back.
 *   <li>Averaged weights that stand in for the others while a loss is looked at are none.
 *   <li>A way back by another variable is named by hand.
 * </ol>
 */
final class TrialSteps {
  private final InlinedFlow flow;
  private final int variable;
  private final PlainSum sum;

  /** What the variable flows into, once it is asked for: it takes a look at the whole flow. */
  private BitSet dependents;

  /**
   * The trial steps of one variable.
   *
   * @param variable its number
   */
  TrialSteps(InlinedFlow flow, int variable) {
    this.flow = flow;
    this.variable = variable;
    this.sum = new PlainSum(flow, variable);
  }

  /** What a write adds to the variable, or takes away from it. */
  private record Step(int value, boolean taken) {}

  /** Whether nothing of what a write adds stays. */
  boolean isTrial(int effect) {
    int root = flow.instance(effect).root();
    List<Integer> others =
        flow.writes(variable).stream()
            .filter(other -> other != effect && flow.instance(other).root() == root)
            .toList();
    return isTakenBack(effect, others)
        || others.stream().anyMatch(other -> startsBefore(other, effect));
  }

  private boolean isTakenBack(int effect, List<Integer> others) {
    Optional<Step> step = added(effect);
    return step.isPresent()
        && others.stream()
            .flatMap(other -> added(other).stream())
            .anyMatch(new Step(step.get().value(), !step.get().taken())::equals);
  }

  private Optional<Step> added(int effect) {
    int[] values = flow.producers(effect);
    String op = flow.op(effect);
    if (values.length != 1 || OpTable.isScatter(op)) {
      return Optional.empty();
    }
    int value = sum.through(values[0]);
    if (!OpTable.isAssignment(op)) {
      return Optional.of(new Step(value, op.contains("Sub")));
    }
    int other = sum.otherPart(value);
    boolean isDifference = flow.op(value).equals("Sub");
    boolean reversed = isDifference && flow.read(sum.through(flow.producers(value)[0])) != variable;
    return other == value || reversed
        ? Optional.empty()
        : Optional.of(new Step(sum.through(other), isDifference));
  }

  /**
   * Whether a later write starts from the variable as it was before a write, of which it keeps
   * nothing but what a gradient there has in it.
   */
  private boolean startsBefore(int later, int effect) {
    int[] values = flow.producers(later);
    if (!OpTable.isAssignment(flow.op(later)) || values.length != 1 || !isDependent(later)) {
      return false;
    }
    BitSet before = new BitSet();
    BitSet after = new BitSet();
    for (int t = 0; t < flow.size(); t++) {
      if (flow.read(t) == variable && !OpTable.isPlainWrite(flow.op(t))) {
        boolean waits = Arrays.stream(flow.writesBefore(t)).anyMatch(write -> write == effect);
        (waits ? after : before).set(t);
      }
    }
    // A step that nothing looks at is no trial: what is read before it may be read through it.
    return !after.isEmpty()
        && factor(before, values[0]) > 0
        && factor(after, values[0]) <= 0
        && isLater(later, effect, after);
  }

  private boolean isDependent(int t) {
    if (dependents == null) {
      dependents = flow.dependents(variable);
    }
    return dependents.get(t);
  }

  /** The factor that some reads of the variable have in a tensor; a gradient adds nothing to it. */
  private double factor(BitSet reads, int tensor) {
    return sum.factors(flow.descendants(reads), t -> BackwardScope.of(flow, t).isPresent())
        .getOrDefault(tensor, 0.0);
  }

  /** Whether a write comes after another: it takes what was read after that, or waits for it. */
  private boolean isLater(int later, int effect, BitSet after) {
    boolean isInOneGraph =
        flow.instance(later).number() == flow.instance(effect).number()
            && flow.graph(later).ancestors(flow.nodeId(later)).get(flow.nodeId(effect));
    return isInOneGraph || flow.descendants(after).get(later);
  }
}
