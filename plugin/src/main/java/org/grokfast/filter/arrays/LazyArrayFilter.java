package org.grokfast.filter.arrays;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.filter.AdditiveFilter;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.SparseGradients;

/**
 * A filter of sparse gradients run on plain arrays, as {@link SparseGradients#LAZY} defines it:
 * what emitted graphs are compared with. Holds the state of the rows that have occurred.
 */
public final class LazyArrayFilter {
  private final AdditiveFilter filter;
  private final Precision precision;
  private final int rowElements;
  private final Map<Long, ArrayFilter> rows = new LinkedHashMap<>();
  private long steps;

  /**
   * A filter that has seen no gradient yet.
   *
   * @param filter what to compute
   * @param precision the format of the gradients and of the outputs
   * @param rowElements the number of elements of a row
   * @throws IllegalArgumentException if the filter can't act on rows
   */
  public LazyArrayFilter(GradientFilter filter, Precision precision, int rowElements) {
    if (!(filter instanceof AdditiveFilter additive)) {
      throw new IllegalArgumentException("the filter " + filter.kind() + " can't act on rows");
    }
    this.filter = additive;
    this.precision = precision;
    this.rowElements = rowElements;
  }

  /**
   * Filters the next gradient.
   *
   * @param indices the row of each group of {@code rowElements} values; a row may occur repeatedly
   * @param values the values, representable in the gradient's format
   * @return what the optimizer sees in their place
   * @throws IllegalArgumentException if there are not {@code rowElements} values to an index
   * @throws IllegalStateException if the filter reads the variable
   */
  public double[] step(long[] indices, double[] values) {
    return step(indices, values, null);
  }

  /**
   * Filters the next gradient.
   *
   * @param indices as above
   * @param values as above
   * @param variable the whole variable before this step's update; null if the filter does not read
   *     it
   * @return what the optimizer sees in place of the values
   * @throws IllegalArgumentException if there are not {@code rowElements} values to an index
   */
  public double[] step(long[] indices, double[] values, double[] variable) {
    if (values.length != indices.length * rowElements) {
      throw new IllegalArgumentException(
          "expected "
              + indices.length * rowElements
              + " values for "
              + indices.length
              + " rows, were "
              + values.length);
    }
    steps++;
    double[] output = values.clone();
    occurrences(indices)
        .forEach(
            (row, at) -> {
              ArrayFilter own =
                  rows.computeIfAbsent(row, key -> new ArrayFilter(filter, precision, rowElements));
              double[] value = variable == null ? null : part(variable, Math.toIntExact(row));
              spread(own.observe(filter, sum(at, values), value, steps), at, output);
            });
    return output;
  }

  private static Map<Long, List<Integer>> occurrences(long[] indices) {
    Map<Long, List<Integer>> occurrences = new LinkedHashMap<>();
    for (int i = 0; i < indices.length; i++) {
      occurrences.computeIfAbsent(indices[i], row -> new ArrayList<>()).add(i);
    }
    return occurrences;
  }

  private double[] part(double[] values, int number) {
    return Arrays.copyOfRange(values, number * rowElements, (number + 1) * rowElements);
  }

  private double[] sum(List<Integer> at, double[] values) {
    double[] sum = new double[rowElements];
    for (int occurrence : at) {
      for (int i = 0; i < rowElements; i++) {
        sum[i] = precision.round(sum[i] + values[occurrence * rowElements + i]);
      }
    }
    return sum;
  }

  /** The first occurrence takes the slow component, as the optimizer adds them up. */
  private void spread(ArrayFilter.Slowness slow, List<Integer> at, double[] output) {
    boolean first = true;
    for (int occurrence : at) {
      double[] part = part(output, occurrence);
      double[] filtered = first ? slow.addTo(part) : slow.addNothingTo(part);
      System.arraycopy(filtered, 0, output, occurrence * rowElements, rowElements);
      first = false;
    }
  }
}
