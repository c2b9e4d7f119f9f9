package org.grokfast.tensorflow.find.update;

import java.util.BitSet;
import java.util.Set;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.find.roles.ModelEnds;
import org.grokfast.tensorflow.find.roles.PlainSum;
import org.grokfast.tensorflow.find.roles.RoleAnalysis;
import org.grokfast.tensorflow.graph.OpTable;

/**
 * What looks like the step of a moving average: {@code c · (w − value)}, which is the gradient of
 * {@code ‖w − value‖²} as well.
 *
 * <p>It is taken for a gradient where the step computes that loss: the square of the same
 * difference ends somewhere, through sums and factors alone. Statistics, centroids, averaged and
 * target weights have no such end, or their value is made from variables that are trained.
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>A step towards the data is a gradient where the square of the same difference is the loss.
 *   <li>So it is where the loss has a factor, and the step is a mean.
 *   <li>So it is for rows.
 *   <li>Without a loss it is an average.
 *   <li>It is one where the distance is looked at.
 *   <li>It is one where the mean of the difference is taken.
 *   <li>A centroid that follows what a model makes of the data is no trained variable.
 *   <li>Nor are rows of a codebook that follow it.
 *   <li>Nor is an average of squared gradients that the loss weighs a penalty with.
 * </ol>
 */
public final class AverageForm {

  /** What of a tensor of differences is a difference still. */
  private static final Set<String> REDUCING = Set.of("Mean", "Sum");

  private static final Set<String> SQUARES = Set.of("L2Loss", "Square");

  /** Constants are stored in single precision, mostly. */
  private static final double ROUNDING = 1e-5;

  private final InlinedFlow flow;
  private final RoleAnalysis optimizer;
  private final int variable;
  private final PlainSum sum;

  /**
   * The averages of one variable.
   *
   * @param variable its number
   */
  public AverageForm(InlinedFlow flow, RoleAnalysis optimizer, int variable) {
    this.flow = flow;
    this.optimizer = optimizer;
    this.variable = variable;
    this.sum = new PlainSum(flow, variable);
  }

  /**
   * Whether the variable flows into a tensor as into the step of an average: as {@code c · (value −
   * w)}, where neither {@code c} nor the value depends on it.
   */
  public boolean isStep(int t) {
    int at = difference(t);
    int other = sum.otherPart(at);
    return other != at && !optimizer.flowsInto(variable, other);
  }

  /** What of a tensor alone depends on the variable, without factors and sums over axes. */
  private int difference(int t) {
    int at = sum.through(t);
    int next = inside(at);
    while (next != at) {
      at = next;
      next = inside(at);
    }
    return at;
  }

  private int inside(int t) {
    int[] producers = flow.producers(t);
    String op = flow.op(t);
    if (flow.read(t) >= 0) {
      return t;
    }
    if (REDUCING.contains(op)) {
      return producers[0];
    }
    if (producers.length == 1) {
      return PlainSum.isPassing(op) || op.equals("Neg") ? producers[0] : t;
    }
    if (!PlainSum.isProduct(op) || producers.length != 2) {
      return t;
    }
    if (!optimizer.flowsInto(variable, producers[1])) {
      return producers[0];
    }
    return op.equals("Mul") && !optimizer.flowsInto(variable, producers[0]) ? producers[1] : t;
  }

  /** Whether a write gives the variable the value {@code c · w + (1 − c) · value}. */
  public boolean isWeighted(int effect) {
    int[] values = flow.producers(effect);
    if (!OpTable.isAssignment(flow.op(effect)) || values.length != 1) {
      return false;
    }
    int total = sum.through(values[0]);
    int[] parts = flow.producers(total);
    if (!flow.op(total).startsWith("Add") || parts.length != 2) {
      return false;
    }
    return areWeights(parts[0], parts[1]) || areWeights(parts[1], parts[0]);
  }

  private boolean areWeights(int own, int other) {
    double kept = factor(own, true);
    return kept > 0 && kept < 1 && Math.abs(kept + factor(other, false) - 1) < ROUNDING;
  }

  /** The constant factor of a product, of the variable itself perhaps; 0 where there is none. */
  private double factor(int t, boolean ofVariable) {
    int product = sum.through(t);
    int[] factors = flow.producers(product);
    if (!flow.op(product).equals("Mul") || factors.length != 2) {
      return 0;
    }
    for (int i = 0; i < 2; i++) {
      int constant = sum.through(factors[i]);
      if (flow.op(constant).equals("Const")
          && (!ofVariable || flow.read(sum.through(factors[1 - i])) == variable)) {
        return flow.constant(constant);
      }
    }
    // (c · a) · b
    return ofVariable ? 0 : Math.max(factor(factors[0], false), factor(factors[1], false));
  }

  /**
   * Whether the step of an average is the gradient of a loss: the square of the same difference
   * ends somewhere, and no variable of the model is in what it is a difference from.
   */
  public boolean isGradientOfSquare(int t) {
    int difference = difference(t);
    int value = sum.otherPart(difference);
    return value != difference && !isMadeFromModel(value) && leadsToSquare(difference);
  }

  private boolean isMadeFromModel(int value) {
    BitSet start = new BitSet();
    start.set(value);
    return flow.ancestors(start).stream()
        .map(flow::read)
        .anyMatch(read -> read >= 0 && optimizer.isModel(read));
  }

  private boolean leadsToSquare(int difference) {
    BitSet squares = new BitSet();
    for (int consumer : flow.consumers(difference)) {
      int[] factors = flow.producers(consumer);
      boolean isSquare =
          SQUARES.contains(flow.op(consumer))
              || (flow.op(consumer).equals("Mul")
                  && factors.length == 2
                  && factors[0] == factors[1]);
      squares.set(consumer, isSquare);
    }
    for (int t = squares.nextSetBit(0); t >= 0; t = squares.nextSetBit(t + 1)) {
      if (flow.isEnd(t)) {
        return true;
      }
      for (int consumer : flow.consumers(t)) {
        boolean linear = flow.written(consumer) < 0 && ModelEnds.isLinear(flow, consumer, t);
        squares.set(consumer, squares.get(consumer) || linear);
      }
    }
    return false;
  }
}
