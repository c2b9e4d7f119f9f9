package org.grokfast.tensorflow.find.update;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.Set;
import org.grokfast.graph.Dominators;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.find.roles.BackwardScope;
import org.grokfast.tensorflow.find.roles.PlainSum;
import org.grokfast.tensorflow.find.roles.RoleAnalysis;

/**
 * Why what looks like the gradient of a variable may be none.
 *
 * <p>The cases of its test; more are among those of {@link GradientPosition}:
 *
 * <ol>
 *   <li>A matrix that only the gradient has made stands behind the filter.
 *   <li>Where the model solves for a matrix its backward pass does too.
 *   <li>A gradient that a matrix of the data is solved for with is named.
 *   <li>So is one that is multiplied with the inverse of such a matrix.
 * </ol>
 */
public final class GradientDoubts {
  private static final Set<String> QUOTIENTS = Set.of("RealDiv", "Div", "DivNoNan");

  private final InlinedFlow flow;
  private final RoleAnalysis optimizer;
  private final int variable;
  private final GradientPosition position;
  private final Preconditioners preconditioners;

  /**
   * For the update of one variable.
   *
   * @param preconditioners those of the graph
   * @param variable its number
   * @param position where its gradient was looked for
   */
  public GradientDoubts(
      InlinedFlow flow,
      RoleAnalysis optimizer,
      Preconditioners preconditioners,
      int variable,
      GradientPosition position) {
    this.flow = flow;
    this.optimizer = optimizer;
    this.preconditioners = preconditioners;
    this.variable = variable;
    this.position = position;
  }

  /** What speaks against a tensor, if anything does. */
  public Optional<String> about(int gradient) {
    if (position.isOfWeights(gradient)) {
      return Optional.of(
          "'" + flow.name(gradient) + "' in it is a value of the variable, no gradient");
    }
    if (preconditioners.isAbove(gradient)) {
      return Optional.of(
          "data makes the matrix that its gradient is solved for with, or multiplied with the"
              + " inverse of");
    }
    return isNormalised(gradient)
        ? Optional.of(
            "its gradient goes elsewhere too before the optimizer's arithmetic, and can't be told"
                + " from a value of the model")
        : Optional.empty();
  }

  /**
   * Whether a tensor is what an optimizer makes of a gradient that something else takes too: a
   * sign, something that is divided by what was computed from itself and not bounded as a clipping
   * is, or arithmetic on what a loss doesn't come from.
   */
  private boolean isNormalised(int t) {
    if (BackwardScope.of(flow, t).isPresent()) {
      return false;
    }
    if (flow.op(t).equals("Sign") || isArithmeticOnLookedAt(t)) {
      return true;
    }
    int at = t;
    while (PlainSum.isPassing(flow.op(at)) && flow.producers(at).length == 1) {
      at = flow.producers(at)[0];
    }
    return isRescaled(at);
  }

  /**
   * Whether a tensor is divided by what is made from itself, or multiplied with it: the factors of
   * a backward pass lead to the loss.
   */
  private boolean isRescaled(int t) {
    int[] parts = flow.producers(t);
    if (parts.length != 2) {
      return false;
    }
    if (QUOTIENTS.contains(flow.op(t))) {
      return isArithmeticOn(parts[0], t);
    }
    return flow.op(t).equals("Mul")
        && Arrays.stream(parts).anyMatch(f -> !optimizer.isOfModel(f) && isArithmeticOn(f, t));
  }

  /** Whether an optimizer's arithmetic lies between a tensor, with its rate or without, and one. */
  private boolean isArithmeticOn(int part, int t) {
    int at = part;
    while (at >= 0) {
      if (linkFromTwins(at, t).isArithmetic()) {
        return true;
      }
      at = withoutRate(at);
    }
    return false;
  }

  /** What lies between two tensors, where the first may have been computed more than once. */
  private LinkKind linkFromTwins(int first, int last) {
    BitSet twins = new BitSet();
    for (int t = 0; t < last; t++) {
      twins.set(t, isTwin(t, first));
    }
    BitSet between = new BitSet();
    twins.stream().forEach(twin -> between.or(position.between(twin, last)));
    between.andNot(twins);
    return LinkKind.of(flow, twins, last, between, position::isJoin);
  }

  /** Whether two tensors are computed by equal ops from the same. */
  private boolean isTwin(int one, int other) {
    if (one == other) {
      return true;
    }
    int[] parts = flow.producers(one);
    int[] others = flow.producers(other);
    if (parts.length == 0
        || parts.length != others.length
        || !flow.op(one).equals(flow.op(other))) {
      return false;
    }
    for (int i = 0; i < parts.length; i++) {
      if (!isTwin(parts[i], others[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether what the tensor is made from is no tensor of a loss, though it ends somewhere. */
  private boolean isArithmeticOnLookedAt(int t) {
    Dominators dominators = optimizer.dominators();
    int from = dominators.before(t);
    while (from >= 0 && !optimizer.isOfModel(from)) {
      from = dominators.before(from);
    }
    if (from < 0 || optimizer.updates(from) != variable) {
      return false;
    }
    BitSet between = position.between(from, t);
    return position.isOfOptimizer(
            LinkKind.of(flow, from, t, between, position::isJoin), from, t, between)
        && between.stream().noneMatch(each -> BackwardScope.of(flow, each).isPresent())
        && optimizer.ends().bypass(from, variable);
  }

  /** The factor of a product that data reaches; −1 where that is not one. */
  private int withoutRate(int product) {
    int[] factors = flow.producers(product);
    if (factors.length != 2 || !flow.op(product).equals("Mul")) {
      return Dominators.START;
    }
    boolean first = optimizer.dominators().reaches(factors[0]);
    boolean second = optimizer.dominators().reaches(factors[1]);
    return first == second ? Dominators.START : factors[first ? 0 : 1];
  }
}
