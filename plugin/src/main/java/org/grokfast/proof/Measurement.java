package org.grokfast.proof;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What some losses and some tensors have to do with each other at one point.
 *
 * @param fits by loss and by tensor, how well they agree; those of a loss that is another when it
 *     is computed again tell nothing
 * @param repeats whether all losses are the same when they are computed again
 * @param elements the number of elements of the variable
 */
public record Measurement(List<List<Fit>> fits, boolean repeats, int elements) {
  private static final int DIRECTIONS = 6;

  /** The longest step, as a share of the variable's root mean square. */
  private static final double LONGEST = 0.05;

  /** Makes the lists immutable. */
  public Measurement {
    fits = fits.stream().map(List::copyOf).toList();
  }

  /**
   * Measures.
   *
   * @param losses the losses
   * @param variable the value of the variable
   * @param tensors what may be the gradient, each of as many elements as the variable; the first
   *     decides which elements half of the directions stress
   * @param rounding the relative rounding error of the losses
   * @param seed of the directions
   */
  public static Measurement of(
      Losses losses, double[] variable, List<double[]> tensors, double rounding, long seed) {
    double[] once = losses.at(variable);
    double[] again = losses.at(variable);
    boolean[] repeats = new boolean[once.length];
    boolean any = once.length == 0;
    for (int loss = 0; loss < once.length; loss++) {
      repeats[loss] = Double.compare(once[loss], again[loss]) == 0;
      any |= repeats[loss];
    }
    if (!any) {
      List<Fit> none = Collections.nCopies(tensors.size(), Fit.NONE);
      return new Measurement(Collections.nCopies(once.length, none), false, variable.length);
    }
    double[][] directions = directions(tensors.get(0), seed);
    double longest = LONGEST * rootMeanSquare(variable);
    RiddersDerivative.Estimate[][] derivatives = new RiddersDerivative.Estimate[once.length][];
    Arrays.setAll(derivatives, loss -> new RiddersDerivative.Estimate[DIRECTIONS]);
    for (int k = 0; k < DIRECTIONS; k++) {
      RiddersDerivative.Estimate[] along =
          RiddersDerivative.of(losses, once, variable, directions[k], longest, rounding);
      for (int loss = 0; loss < once.length; loss++) {
        derivatives[loss][k] = along[loss];
      }
    }
    List<List<Fit>> fits = new ArrayList<>();
    for (int loss = 0; loss < once.length; loss++) {
      RiddersDerivative.Estimate[] along = derivatives[loss];
      boolean told = repeats[loss];
      fits.add(
          tensors.stream()
              .map(tensor -> told ? Fit.of(along, directions, tensor) : Fit.NONE)
              .toList());
    }
    return new Measurement(fits, Arrays.equals(once, again), variable.length);
  }

  /** Random signs; every other direction is longer where the tensor is larger. */
  private static double[][] directions(double[] tensor, long seed) {
    double largest = 0;
    for (double element : tensor) {
      largest = Math.max(largest, Math.abs(element));
    }
    Random random = new Random(seed);
    double[][] directions = new double[DIRECTIONS][tensor.length];
    for (int k = 0; k < DIRECTIONS; k++) {
      for (int i = 0; i < tensor.length; i++) {
        double length = k % 2 == 0 || largest == 0 ? 1 : Math.abs(tensor[i]) / largest;
        directions[k][i] = random.nextBoolean() ? length : -length;
      }
    }
    return directions;
  }

  private static double rootMeanSquare(double[] values) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return squares == 0 ? 1 : Math.sqrt(squares / values.length);
  }
}
