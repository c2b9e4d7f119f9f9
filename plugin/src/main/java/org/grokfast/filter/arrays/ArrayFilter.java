package org.grokfast.filter.arrays;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.grokfast.filter.AdditiveFilter;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.StateTensor;
import org.grokfast.filter.algebra.ArrayOps;
import org.grokfast.filter.algebra.ArrayTensor;
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
  private List<ArrayTensor> state;
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
    this.state = new ArrayList<>();
    for (StateTensor tensor : filter.state()) {
      state.add(ArrayTensor.zeros(tensor.isRing() ? ring(tensor.slots()) : shape));
    }
  }

  private ArrayFilter(ArrayFilter other) {
    this.filter = other.filter;
    this.gradientPrecision = other.gradientPrecision;
    this.shape = other.shape;
    this.state = other.state;
    this.steps = other.steps;
  }

  /** A filter that has seen the same gradients, and goes its own way from here on. */
  public ArrayFilter copy() {
    return new ArrayFilter(this);
  }

  private int[] ring(int slots) {
    int[] all = new int[shape.length + 1];
    all[0] = slots;
    System.arraycopy(shape, 0, all, 1, shape.length);
    return all;
  }

  /**
   * Filters the next gradient.
   *
   * @param gradient the values, representable in the gradient's format
   * @return what the optimizer sees, rounded to the gradient's format
   * @throws IllegalArgumentException if the number of elements is not that of the constructor
   * @throws IllegalStateException if the filter reads the variable
   */
  public double[] step(double[] gradient) {
    return step(gradient, ops(steps + 1));
  }

  /**
   * Filters the next gradient.
   *
   * @param gradient the values, representable in the gradient's format
   * @param variable the variable before this step's update; ignored by most filters
   * @return what the optimizer sees, rounded to the gradient's format
   * @throws IllegalArgumentException if a number of elements is not that of the constructor
   */
  public double[] step(double[] gradient, double[] variable) {
    return step(gradient, ops(steps + 1).reading(variable));
  }

  private double[] step(double[] gradient, ArrayOps ops) {
    FilterStep<ArrayTensor> step = filter.step(ops, tensor(gradient), state);
    keep(step.state());
    return round(step.output().values(), gradientPrecision);
  }

  /** The algebra for the next gradient, in a step of training that is 1 at first. */
  private ArrayOps ops(long trainingStep) {
    FilterOptions options = filter.options();
    return new ArrayOps(
        options.computation(gradientPrecision),
        options.storage(gradientPrecision),
        shape,
        new ArrayOps.Clock(trainingStep, steps + 1.0));
  }

  private ArrayTensor tensor(double[] gradient) {
    int elements = ArrayTensor.elements(shape);
    if (gradient.length != elements) {
      throw new IllegalArgumentException(
          "expected a gradient of " + elements + " elements, was " + gradient.length);
    }
    return ArrayTensor.of(gradient, shape);
  }

  private void keep(List<ArrayTensor> next) {
    steps++;
    List<ArrayTensor> stored = new ArrayList<>();
    for (int i = 0; i < next.size(); i++) {
      Precision precision = filter.state().get(i).precision(filter.options(), gradientPrecision);
      ArrayTensor tensor = next.get(i);
      stored.add(ArrayTensor.of(round(tensor.values(), precision), tensor.shape()));
    }
    state = stored;
  }

  /**
   * Updates the state of a row; returns the slow component.
   *
   * @param additive the filter
   * @param gradient the sum of the row's gradients
   * @param variable the row of the variable; null if the filter does not read it
   * @param trainingStep the number of the step of training, 1 in the first
   */
  Slowness observe(
      AdditiveFilter additive, double[] gradient, double[] variable, long trainingStep) {
    ArrayOps ops = ops(trainingStep);
    if (variable != null) {
      ops = ops.reading(variable);
    }
    AdditiveFilter.Observation<Double, ArrayTensor> seen =
        additive.observe(ops, tensor(gradient), state);
    keep(seen.state());
    return new Slowness(ops, seen.slow());
  }

  /** What one step adds to gradients. */
  final class Slowness {
    private final ArrayOps ops;
    private final SlowComponent<Double, ArrayTensor> slow;

    private Slowness(ArrayOps ops, SlowComponent<Double, ArrayTensor> slow) {
      this.ops = ops;
      this.slow = slow;
    }

    /** A gradient with the slow component added, in the gradient's format. */
    double[] addTo(double[] gradient) {
      return add(gradient, slow);
    }

    /** A gradient as it is, but divided like the others where the rate is compensated. */
    double[] addNothingTo(double[] gradient) {
      return add(gradient, new SlowComponent<>(slow.gain(), 0.0, slow.tensor()));
    }

    private double[] add(double[] gradient, SlowComponent<Double, ArrayTensor> part) {
      ArrayTensor sum = AdditiveFilter.add(ops, filter.options(), tensor(gradient), part);
      return round(sum.values(), gradientPrecision);
    }
  }

  /** The state tensors, in the order of {@link GradientFilter#state()}. */
  public List<double[]> state() {
    return state.stream().map(ArrayTensor::values).toList();
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
