package org.grokfast.tensorflow.find.update;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.find.roles.Choices;
import org.grokfast.tensorflow.find.roles.PlainSum;
import org.grokfast.tensorflow.find.roles.RoleAnalysis;
import org.grokfast.tensorflow.find.roles.Served;
import org.grokfast.tensorflow.graph.OpTable;

/**
 * The first and last steps of a plain update: the rate, the sum with the variable. They are plain
 * to see where they stand beside the variable itself or beside a constant.
 */
public final class UpdateExpression {
  private static final Set<String> BOUNDS = Set.of("ClipByValue", "Maximum", "Minimum");

  private final InlinedFlow flow;
  private final RoleAnalysis optimizer;
  private final int variable;
  private final PlainSum sum;
  private final TrialSteps trials;

  /**
   * The arithmetic of one update.
   *
   * @param variable the number of the variable that is updated
   */
  public UpdateExpression(InlinedFlow flow, RoleAnalysis optimizer, int variable) {
    this.flow = flow;
    this.optimizer = optimizer;
    this.variable = variable;
    this.sum = new PlainSum(flow, variable);
    this.trials = new TrialSteps(flow, variable);
  }

  /** The effect, or what is added to the variable or subtracted where it says so plainly. */
  public int step(int effect) {
    return sum.step(effect);
  }

  private int otherPart(int t) {
    return sum.otherPart(t);
  }

  /**
   * Whether the variable is a sum of such values: one is added to it, and it is not scaled before.
   *
   * @param effect a write of the variable
   * @param value what may be added
   */
  public boolean addsUp(int effect, int value) {
    if (!OpTable.isAssignment(flow.op(effect))) {
      return isOf(flow.producers(effect), value);
    }
    BitSet way = new BitSet();
    way.set(effect);
    way = flow.ancestors(way);
    return way.stream().anyMatch(t -> otherPart(t) != t && isOf(new int[] {otherPart(t)}, value));
  }

  private boolean isOf(int[] parts, int value) {
    return parts.length == 1 && through(varyingFactor(through(parts[0]))) == through(value);
  }

  private int through(int t) {
    return sum.through(t);
  }

  private boolean isProduct(int t) {
    return PlainSum.isProduct(flow.op(t));
  }

  /**
   * A product with one constant on the way to a sum or a write is one with the rate. What bounds it
   * bounds the step, and what chooses between it and nothing skips a step: neither is a part of the
   * gradient.
   */
  public int withoutRate(int t) {
    int[] consumers = consumers(t);
    if (consumers.length != 1 || isProduct(consumers[0])) {
      return t;
    }
    int at = t;
    int product = unbounded(t);
    if (isProduct(product)) {
      int factor = varyingFactor(product);
      at = factor == product ? t : factor;
    }
    while (at != t && flow.op(at).equals("Neg") && consumers(at).length == 1) {
      at = flow.producers(at)[0];
    }
    return at;
  }

  /** What is bounded or skipped, as long as nothing else is done with it. */
  private int unbounded(int t) {
    int at = t;
    int inner = inner(at);
    while (inner >= 0 && consumers(inner).length == 1) {
      at = inner;
      inner = inner(at);
    }
    return at;
  }

  /** What a choice, a clipping or a change of form takes; −1 where a tensor is nothing such. */
  private int inner(int t) {
    int[] parts =
        Arrays.stream(flow.producers(t)).filter(optimizer.dominators()::reaches).toArray();
    if (parts.length != 1) {
      return -1;
    }
    int part = parts[0];
    String op = flow.op(t);
    boolean skips =
        Choices.chooses(op)
            && Choices.isAgainstZero(flow, t, optimizer.dominators()::reaches)
            && !Choices.isByElements(flow, t, withoutConstant(part));
    boolean returns =
        (OpTable.isBranch(op) || op.equals("Merge"))
            && Arrays.stream(flow.producers(t)).allMatch(p -> p == part || Choices.isZero(flow, p));
    return skips || returns || BOUNDS.contains(op) || PlainSum.isHandedOn(op) ? part : -1;
  }

  private int withoutConstant(int t) {
    return isProduct(t) ? varyingFactor(t) : t;
  }

  /** The factor of a product whose other factor is a constant; the product itself if none is. */
  private int varyingFactor(int product) {
    int[] factors = flow.producers(product);
    if (factors.length == 2) {
      for (int i = 0; i < 2; i++) {
        if (flow.op(through(factors[1 - i])).equals("Const")
            && optimizer.dominators().reaches(factors[i])) {
          return factors[i];
        }
      }
    }
    return product;
  }

  /** A value without the variable itself in it: of {@code c · (w − value)} the value. */
  public int withoutItself(int t) {
    int at = t;
    int next = isProduct(at) ? varyingFactor(at) : otherPart(at);
    while (next != at) {
      at = next;
      next = isProduct(at) ? varyingFactor(at) : otherPart(at);
    }
    return at;
  }

  /** Whether nothing of a write of the variable stays, as of a step to look ahead. */
  public boolean isTrial(int effect) {
    return trials.isTrial(effect);
  }

  /**
   * The consumers of a gradient that get the filtered one: those that update this variable alone,
   * and those that only steer what does.
   */
  public int[] redirected(int gradient) {
    IntStream steering =
        Arrays.stream(flow.consumers(gradient))
            .filter(taker -> optimizer.updates(taker) == Served.NOBODY)
            .filter(
                taker ->
                    Choices.served(flow, optimizer::updates, optimizer::isSum, taker) == variable);
    return IntStream.concat(Arrays.stream(consumers(gradient)), steering).distinct().toArray();
  }

  /** The consumers of a tensor that update this variable alone, without training ops. */
  public int[] consumers(int t) {
    return Arrays.stream(flow.consumers(t))
        .filter(consumer -> optimizer.updates(consumer) == variable)
        .filter(consumer -> flow.written(consumer) < 0 || !OpTable.isTraining(flow.op(consumer)))
        .distinct()
        .toArray();
  }
}
