package org.grokfast.filter;

import java.util.ArrayList;
import java.util.List;

/**
 * A filter run on plain arrays: what every emitted graph is compared with. Holds the state of one
 * variable; not safe for use by several threads.
 */
public final class ArrayFilter {
  private final GradientFilter filter;
  private final Precision gradientPrecision;
  private final int elements;
  private List<double[]> state;
  private long steps;

  /**
   * A filter that has seen no gradient yet.
   *
   * @param filter what to compute
   * @param gradientPrecision the format of the gradients and of the outputs
   * @param elements the number of elements of a gradient
   */
  public ArrayFilter(GradientFilter filter, Precision gradientPrecision, int elements) {
    this.filter = filter;
    this.gradientPrecision = gradientPrecision;
    this.elements = elements;
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
    if (gradient.length != elements) {
      throw new IllegalArgumentException(
          "expected a gradient of " + elements + " elements, was " + gradient.length);
    }
    steps++;
    ArrayOps ops = new ArrayOps(filter.options(), gradientPrecision, elements, steps);
    Step<double[]> step = filter.step(ops, gradient, state);
    List<double[]> stored = new ArrayList<>();
    for (int i = 0; i < step.state().size(); i++) {
      Precision precision = filter.state().get(i).precision(filter.options(), gradientPrecision);
      stored.add(round(step.state().get(i), precision));
    }
    state = stored;
    return round(step.output(), gradientPrecision);
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
