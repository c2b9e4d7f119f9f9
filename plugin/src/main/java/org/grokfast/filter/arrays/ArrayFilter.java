package org.grokfast.filter.arrays;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.grokfast.filter.AdditiveFilter;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.StateTensor;
import org.grokfast.filter.algebra.ArrayOps;
import org.grokfast.filter.algebra.FilterStep;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.algebra.SlowComponent;

/**
 * A filter run on plain arrays: what every emitted graph is compared with. Holds the state of one
 * variable; not safe for use by several threads.
 */
public final class ArrayFilter {
  private final GradientFilter filter;
  private final Precision gradientPrecision;
  private final int[] shape;
  private List<double[]> state;
  private long steps;

  /**
   * A filter that has seen no gradient yet.
   *
   * @param filter what to compute
   * @param gradientPrecision the format of the gradients and of the outputs
   * @param shape the shape of a gradient; for filters that look at elements one by one, the number
   *     of its elements will do
   * @throws IllegalArgumentException if the filter can't take gradients of this shape
   */
  public ArrayFilter(GradientFilter filter, Precision gradientPrecision, int... shape) {
    if (!filter.takes(Arrays.stream(shape).asLongStream().boxed().toList())) {
      throw new IllegalArgumentException(
          "the filter "
              + filter.kind()
              + " takes "
              + filter.type().shapes().orElseThrow().text()
              + " alone, not the shape "
              + Arrays.toString(shape));
    }
    this.filter = filter;
    this.gradientPrecision = gradientPrecision;
    this.shape = shape.clone();
    int elements = ArrayOps.elements(shape);
    this.state = new ArrayList<>();
    for (StateTensor tensor : filter.state()) {
      state.add(new double[elements * Math.max(1, tensor.slots())]);
    }
  }

  /**
   * Filters the next gradient.
   *
   * @param gradient the values, representable in the gradient's format
   * @return what the optimizer sees, rounded to the gradient's format
   * @throws IllegalArgumentException if the number of elements is not that of the constructor
   */
  public double[] step(double[] gradient) {
    int elements = ArrayOps.elements(shape);
    if (gradient.length != elements) {
      throw new IllegalArgumentException(
          "expected a gradient of " + elements + " elements, was " + gradient.length);
    }
    steps++;
    FilterStep<double[]> step = filter.step(ops(steps), gradient, state);
    keep(step.state());
    return round(step.output(), gradientPrecision);
  }

  /**
   * Updates the state; returns what is to be added.
   *
   * @param trainingStep the number of the step of training, 1 in the first
   */
  Slowness observe(double[] gradient, long trainingStep) {
    steps++;
    ArrayOps ops = ops(trainingStep);
    AdditiveFilter.Observation<Double, double[]> seen =
        ((AdditiveFilter) filter).observe(ops, gradient, state);
    keep(seen.state());
    return new Slowness(ops, seen.slow());
  }

  private ArrayOps ops(long trainingStep) {
    FilterOptions options = filter.options();
    return new ArrayOps(
        options.computation(gradientPrecision),
        options.storage(gradientPrecision),
        shape,
        new ArrayOps.Clock(trainingStep, steps));
  }

  private void keep(List<double[]> values) {
    List<double[]> stored = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Precision precision = filter.state().get(i).precision(filter.options(), gradientPrecision);
      stored.add(round(values.get(i), precision));
    }
    state = stored;
  }

  /** What one step adds to gradients. */
  final class Slowness {
    private final ArrayOps ops;
    private final SlowComponent<Double, double[]> slow;

    private Slowness(ArrayOps ops, SlowComponent<Double, double[]> slow) {
      this.ops = ops;
      this.slow = slow;
    }

    /** A gradient with the slow part added, in the gradient's format. */
    double[] addTo(double[] gradient) {
      return add(gradient, slow);
    }

    /** A gradient as it is, but divided like the others where the rate is compensated. */
    double[] addNothingTo(double[] gradient) {
      return add(gradient, new SlowComponent<>(slow.gain(), 0.0, slow.tensor()));
    }

    private double[] add(double[] gradient, SlowComponent<Double, double[]> part) {
      return round(AdditiveFilter.add(ops, filter.options(), gradient, part), gradientPrecision);
    }
  }

  /** The state tensors, in the order of {@link GradientFilter#state()}. */
  public List<double[]> state() {
    return List.copyOf(state);
  }

  private static double[] round(double[] values, Precision precision) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] != precision.round(values[i]) && !Double.isNaN(values[i])) {
        return rounded(values, precision);
      }
    }
    return values;
  }

  private static double[] rounded(double[] values, Precision precision) {
    double[] out = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      out[i] = precision.round(values[i]);
    }
    return out;
  }
}
