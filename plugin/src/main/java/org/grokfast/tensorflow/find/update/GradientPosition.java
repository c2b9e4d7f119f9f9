package org.grokfast.tensorflow.find.update;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.grokfast.graph.Dominators;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.find.roles.BackwardScope;
import org.grokfast.tensorflow.find.roles.ModelEnds;
import org.grokfast.tensorflow.find.roles.PlainSum;
import org.grokfast.tensorflow.find.roles.RoleAnalysis;
import org.grokfast.tensorflow.graph.OpTable;

/**
 * Where on the way from the data to the update of one variable its gradient is.
 *
 * <p>It is one of the tensors that alone separate the data from all that is written for the
 * variable: the last of them into which neither a rate nor a slot has flowed, and behind which
 * nothing follows but what a backward pass computes as well, or a clipping ({@link LinkKind}). Only
 * tensors that serve this variable alone, and no loss, can be the optimizer's.
 *
 * <p>A term of the variable without data in it, {@code g + c · w}, is the gradient of a penalty or
 * a decay that the optimizer adds. It is a penalty's where a backward pass names it, or where a
 * loss, be it seen or not, has a term of the variable without data; then it is what is added first,
 * as the backward pass adds it. What is the variable itself after some steps, {@code w − c · g}, is
 * no gradient; how far that is from the variable, {@code w − (w − c · g)}, is one.
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>The norm of all gradients is looked at, and what is divided by its own comes after the
 *       filter.
 *   <li>Rows that are summed once for the update and once for its norm are filtered before both.
 *   <li>So they are where a third sum is looked at.
 *   <li>Rows that a scatter writes by their direction are filtered before it.
 *   <li>What a model of one variable returns beside its loss is no gradient.
 *   <li>A gradient that is laid out anew for the arithmetic is filtered as it was.
 *   <li>Rows that are scattered into a gradient of all rows are filtered as that.
 *   <li>A factor that bounds the length of all is a clipping, be the bound chosen.
 *   <li>So is one that bounds the length by that of the variable.
 *   <li>A mean that is taken off a gradient stands behind the filter.
 *   <li>One that the model took off the variable is part of its gradient.
 *   <li>A penalty in the loss is part of the gradient where a slot is assigned too.
 *   <li>So it is where nobody sees the loss that has it.
 *   <li>So it is where its gradient is named in a backward pass and the loss is left out.
 *   <li>A decay that is added to both stands behind the filter.
 *   <li>So it does where the model computes with a function of the variable, but no penalty.
 *   <li>The way that the variable takes in some steps is filtered as a whole.
 *   <li>So is the mean of several, be the variable read again.
 *   <li>So it is where a loop takes the steps.
 *   <li>Where something else of the variable is left in it, it is named.
 *   <li>A rate that goes by the gradients of all is no part of them.
 *   <li>Nor is one that is divided by the length of all.
 *   <li>A mean of a gradient that is kept is no trained variable.
 *   <li>Where all serves one variable, a mean taken off what is looked at is named.
 *   <li>So is other arithmetic on it.
 *   <li>So is a decay that is added to it.
 *   <li>So are rows that are summed once for the update and once for its norm.
 *   <li>So are they where no loss is computed.
 *   <li>So is the direction of rows that a scatter writes.
 *   <li>A copy that a clipped gradient is kept in is no trained variable.
 *   <li>Rows that are scattered behind arithmetic are named.
 *   <li>So are those that are scattered into the variable's value.
 * </ol>
 */
public final class GradientPosition {
  /** What adds; the rows of a sparse gradient are appended to those of a penalty. */
  private static final Set<String> SUMS = Set.of("Add", "AddN", "AddV2", "ConcatV2", "Sub");

  /** What makes each element of several others. */
  private static final Set<String> MIXING =
      Set.of("BatchMatMulV2", "Conv2D", "Cumsum", "Einsum", "MatMul", "Mean", "Roll", "Sum");

  private final InlinedFlow flow;
  private final RoleAnalysis optimizer;
  private final int variable;

  /** What the variable has flowed into without data, and what of that the model computes with. */
  private final BitSet ofVariable;

  /** What it has flowed into at all. */
  private final BitSet dependent;

  private final PlainSum sum;
  private final Map<Integer, Double> factors;
  private final boolean transformed;

  /** Whether the model computes with a mixture of the variable's own elements. */
  private final boolean mixed;

  /**
   * For the update of one variable.
   *
   * @param variable its number
   */
  public GradientPosition(InlinedFlow flow, RoleAnalysis optimizer, int variable) {
    this.flow = flow;
    this.optimizer = optimizer;
    this.variable = variable;
    this.ofVariable = optimizer.withoutData(variable);
    this.transformed =
        ofVariable.stream()
            .anyMatch(
                t -> flow.read(t) < 0 && optimizer.isOfModel(t) && !PlainSum.isPassing(flow.op(t)));
    this.mixed = ofVariable.stream().anyMatch(t -> optimizer.isOfModel(t) && joins(t, ofVariable));
    this.sum = new PlainSum(flow, variable);
    this.dependent = flow.dependents(variable);
    this.factors = sum.factors(dependent, this::isNoStep);
  }

  /**
   * The gradient; {@link Dominators#START} where no tensor is it.
   *
   * @param ends what is written for the variable
   * @param steps what of that is added to the variable itself, or assigned to it: then the variable
   *     flows into what is written, which is no part of a backward pass
   */
  public int find(List<Integer> ends, List<Integer> steps) {
    Dominators dominators = optimizer.dominators();
    int last = ends.get(0);
    for (int end : ends) {
      last = dominators.common(last, end);
    }
    while (last >= 0
        && (flow.written(last) >= 0
            || (optimizer.isOfOptimizer(last) && !isDifference(last) && !isClipped(last)))) {
      last = dominators.before(last);
    }
    if (last < 0) {
      return last;
    }
    boolean toJoin = steps.stream().anyMatch(this::isAssigned) && !joinsAfter(last, ends);
    int found = last;
    int after = last;
    int before = dominators.before(after);
    while (before >= 0 && flow.written(before) < 0) {
      BitSet between = between(before, after);
      if (optimizer.isOfModel(before) || !between.stream().allMatch(this::isAlone)) {
        break;
      }
      boolean joins = between.stream().anyMatch(this::isJoin);
      int first = before;
      IntPredicate enters =
          toJoin && joins ? this::isJoin : t -> isJoin(t) && !isOfBackward(t, first);
      LinkKind kind = LinkKind.of(flow, before, after, between, enters);
      if (!isOfWeights(before) && isOfOptimizer(kind, before, after, between)) {
        found = before;
      }
      toJoin &= !joins;
      after = before;
      before = dominators.before(after);
    }
    return found;
  }

  /**
   * Whether a tensor is the variable itself with something added that depends on it, such as what
   * it is after some steps: no gradient, then.
   */
  public boolean isOfWeights(int t) {
    return factors.containsKey(t);
  }

  /** Whether a tensor is a gradient, a penalty's perhaps, or the variable's distance from data. */
  private boolean isNoStep(int t) {
    return BackwardScope.of(flow, t).isPresent()
        || (SUMS.contains(flow.op(t))
            && Arrays.stream(flow.producers(t))
                .filter(part -> !ofVariable.get(part) && !isItself(part))
                .allMatch(part -> !dependent.get(part) || (isJoin(t) && isOfBackward(t, part))));
  }

  private boolean isItself(int t) {
    return flow.read(sum.through(t)) == variable;
  }

  /** Whether the variable is taken off its own value after some steps, and nothing else is. */
  private boolean isDifference(int t) {
    int before = optimizer.dominators().before(t);
    if (before < 0 || !isOfWeights(before) || isOfWeights(t)) {
      return false;
    }
    BitSet between = between(before, t);
    return between.stream().anyMatch(this::cancels)
        && between.stream()
            .flatMap(each -> Arrays.stream(flow.producers(each)))
            .filter(part -> part != before && !between.get(part))
            .allMatch(part -> !optimizer.isOfOptimizer(part) || isOfWeights(part));
  }

  /** Whether a gradient is clipped by a bound that goes by the variable itself. */
  private boolean isClipped(int t) {
    int before = optimizer.dominators().before(t);
    if (before < 0 || optimizer.isOfOptimizer(before)) {
      return false;
    }
    BitSet between = between(before, t);
    IntPredicate decays = each -> SUMS.contains(flow.op(each)) && isJoin(each);
    return between.stream().allMatch(this::isAlone)
        && between.stream()
            .flatMap(each -> Arrays.stream(flow.producers(each)))
            .filter(part -> part != before && !between.get(part))
            .allMatch(part -> !optimizer.isOfOptimizer(part) || ofVariable.get(part))
        && LinkKind.of(flow, before, t, between, decays) == LinkKind.CLIPPED;
  }

  /** Whether values of the variable are added here with factors that sum up to nothing. */
  private boolean cancels(int t) {
    return SUMS.contains(flow.op(t))
        && !isOfWeights(t)
        && Arrays.stream(flow.producers(t)).filter(this::isOfWeights).count() > 1;
  }

  private boolean isAssigned(int end) {
    return flow.written(end) >= 0 && OpTable.isAssignment(flow.op(end));
  }

  /**
   * Whether the variable enters here as it does in a backward pass: as a factor, where the model
   * computes with a function of it, or as the gradient of a penalty, which is added.
   *
   * @param before a gradient that the tensor is made from
   */
  private boolean isOfBackward(int t, int before) {
    if (!SUMS.contains(flow.op(t))) {
      return transformed;
    }
    if (flow.op(t).equals("Sub") && isItself(flow.producers(t)[0])) {
      return false; // w − c · g
    }
    ModelEnds ends = optimizer.ends();
    return ends.isOfBackward(added(t)) || (ends.isTermOfLoss(ofVariable) && isFirstSum(before));
  }

  /** What is added to a gradient at a sum, and what that is made from. */
  private BitSet added(int sum) {
    BitSet terms = new BitSet();
    Arrays.stream(flow.producers(sum)).filter(ofVariable::get).forEach(terms::set);
    terms = flow.ancestors(terms);
    terms.and(ofVariable);
    return terms;
  }

  /** Whether nothing has been added to a gradient yet: a backward pass adds penalties first. */
  private boolean isFirstSum(int gradient) {
    BitSet before = new BitSet();
    before.set(gradient);
    return flow.ancestors(before).stream()
        .noneMatch(t -> isAlone(t) && SUMS.contains(flow.op(t)) && isJoin(t));
  }

  /** Whether an optimizer alone computes what lies between two tensors. */
  boolean isOfOptimizer(LinkKind kind, int first, int last, BitSet between) {
    return kind.isArithmetic() || (kind == LinkKind.LINEAR && isMixture(first, last, between));
  }

  /**
   * Whether elements of a gradient are mixed with each other and with themselves, as by {@code g −
   * mean(g)}. A backward pass does that only where the model did it to the variable.
   */
  private boolean isMixture(int first, int last, BitSet between) {
    BitSet made = (BitSet) between.clone();
    made.set(first);
    return !mixed
        && between.stream().anyMatch(t -> MIXING.contains(flow.op(t)))
        && between.stream().anyMatch(t -> joins(t, made))
        && BackwardScope.of(flow, last).isEmpty()
        && new GradientShape(flow, optimizer, variable).find(first).isPresent();
  }

  /** Whether a tensor is made from two of those given. */
  private boolean joins(int t, BitSet some) {
    return Arrays.stream(flow.producers(t)).filter(some::get).distinct().count() > 1;
  }

  /** Whether the variable flows into what is written beside a tensor. */
  public boolean joinsAfter(int tensor, List<Integer> ends) {
    return ends.stream().anyMatch(end -> between(tensor, end).stream().anyMatch(this::isJoin));
  }

  /** Whether the variable enters here, by a way that no data takes. */
  boolean isJoin(int t) {
    if (ofVariable.get(t)) {
      return false;
    }
    for (int from : flow.producers(t)) {
      if (ofVariable.get(from)) {
        return true;
      }
    }
    return false;
  }

  private boolean isAlone(int t) {
    return optimizer.updates(t) == variable && !optimizer.isOfModel(t);
  }

  /** What a tensor flows through on its way to another one, the other included. */
  BitSet between(int first, int last) {
    BitSet after = new BitSet();
    after.set(first);
    flow.spread(after, last);
    after.clear(first);
    BitSet before = new BitSet();
    before.set(last);
    before = flow.ancestors(before);
    after.and(before);
    return after;
  }
}
