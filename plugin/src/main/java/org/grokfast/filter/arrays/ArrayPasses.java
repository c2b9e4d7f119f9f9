package org.grokfast.filter.arrays;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.grokfast.filter.algebra.ArrayOps;
import org.grokfast.filter.algebra.ArrayTensor;
import org.grokfast.filter.algebra.FilterStep;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.pass.Action;
import org.grokfast.pass.StepPass;
import org.grokfast.pass.UpdateRule;

/**
 * Passes run on plain arrays around any update: what every emitted graph is compared with. Holds
 * what is kept of one variable; not safe for use by several threads.
 */
public final class ArrayPasses {
  private final List<StepPass> passes;
  private final Precision precision;
  private final int[] shape;
  private final Map<StepPass, List<ArrayTensor>> kept = new HashMap<>();
  private final Map<UpdateRule, List<ArrayTensor>> momenta = new HashMap<>();
  private long steps;

  /**
   * Passes that have seen no update yet.
   *
   * @param passes what is done, in the order of a step
   * @param precision the format of the variable
   * @param shape the variable's shape
   */
  public ArrayPasses(List<StepPass> passes, Precision precision, int... shape) {
    this.passes = List.copyOf(passes);
    this.precision = precision;
    this.shape = shape.clone();
    for (StepPass pass : passes) {
      kept.put(pass, zeros(pass.kept()));
      pass.updateRule().ifPresent(rule -> momenta.put(rule, zeros(rule.kept())));
    }
  }

  private List<ArrayTensor> zeros(List<String> names) {
    return names.stream().map(name -> ArrayTensor.zeros(shape)).toList();
  }

  /** Whether a step takes the gradient, as the place of the update is taken. */
  public boolean takeGradient() {
    return !momenta.isEmpty();
  }

  /**
   * Makes a step in which the place of the update is taken; see {@link #takeGradient}.
   *
   * @param weights the variable before it
   * @param gradient what the optimizer would see
   * @return the variable after it, in its format
   */
  public double[] step(double[] weights, double[] gradient) {
    return step(weights, Optional.empty(), found -> ruled(found, gradient));
  }

  private double[] ruled(double[] weights, double[] gradient) {
    UpdateRule rule = momenta.keySet().iterator().next();
    FilterStep<ArrayTensor> step =
        rule.step(ops(weights), ArrayTensor.of(gradient, shape), momenta.get(rule));
    momenta.put(rule, step.state());
    double[] minus = rounded(step.output());
    double[] now = new double[weights.length];
    for (int i = 0; i < now.length; i++) {
      now[i] = precision.round(weights[i] - minus[i]);
    }
    return now;
  }

  /**
   * Makes a step.
   *
   * @param weights the variable before it
   * @param rate the learning rate, where a pass needs it
   * @param update what the optimizer makes of the weights that it finds
   * @return the variable after it, in its format
   */
  public double[] step(double[] weights, Optional<Double> rate, UnaryOperator<double[]> update) {
    steps++;
    double[] now = run(weights, rate, Action.Moment.BEFORE, true);
    now = run(now, rate, Action.Moment.BEFORE, false);
    return run(update.apply(now), rate, Action.Moment.AFTER, null);
  }

  /** What is kept comes from the weights before they change. */
  private double[] run(
      double[] weights, Optional<Double> rate, Action.Moment moment, Boolean keeping) {
    double[] now = weights;
    for (StepPass pass : passes) {
      if (keeping != null && keeping == pass.kept().isEmpty()) {
        continue;
      }
      for (Action action : pass.actions(moment)) {
        now = run(pass, action, now, rate);
      }
    }
    return now;
  }

  private double[] run(StepPass pass, Action action, double[] weights, Optional<Double> rate) {
    ArrayOps ops = ops(weights);
    if (action.condition(ops).filter(holds -> holds == 0).isPresent()) {
      return weights;
    }
    Action.Change<ArrayTensor> change =
        action.change(
            ops,
            pass.needsRate() ? rate : Optional.empty(),
            action.readsKept() ? kept.get(pass) : List.of());
    if (!change.kept().isEmpty()) {
      kept.put(pass, change.kept());
    }
    return change.variable().map(this::rounded).orElse(weights);
  }

  private ArrayOps ops(double[] weights) {
    Precision computation = precision.computation();
    return new ArrayOps(computation, computation, shape, new ArrayOps.Clock(steps, steps))
        .reading(weights);
  }

  private double[] rounded(ArrayTensor x) {
    return Arrays.stream(x.values()).map(precision::round).toArray();
  }
}
