package org.grokfast.filter.algebra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.grokfast.filter.Spectral;
import org.grokfast.filter.arrays.ArrayFilter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gathered iterations against the definition, iteration by iteration in float64. */
class NewtonSchulzTest {

  @ParameterizedTest
  @CsvSource({"64, 200", "200, 64", "64, 65", "8, 400"})
  void gatheredOrNotItIsTheSamePolynomial(int rows, int columns) {
    double[] gradient = strongAndWeakDirections(rows, columns);
    double[] expected = iterated(gradient, rows, columns);
    double[] output =
        new ArrayFilter(Spectral.defaults(), Precision.FLOAT64, rows, columns).step(gradient);
    // 485 times float64's rounding of sums of a few hundred.
    assertThat(distance(output, expected)).isLessThan(1e-11);
  }

  @ParameterizedTest
  @CsvSource({"64, 200", "200, 64"})
  void roundingInFloat32StaysWithinWhatIsSaid(int rows, int columns) {
    double[] gradient = strongAndWeakDirections(rows, columns);
    double[] expected = iterated(gradient, rows, columns);
    double[] output =
        new ArrayFilter(Spectral.defaults(), Precision.FLOAT32, rows, columns).step(gradient);
    assertThat(distance(output, expected)).isLessThan(NewtonSchulz.ROUNDING * largest(expected));
  }

  /** Numbers of float32 whose directions are of sizes from 1 to about 1e-4. */
  private static double[] strongAndWeakDirections(int rows, int columns) {
    Random random = new Random(5);
    double[] sum = new double[rows * columns];
    for (double size = 1; size > 1e-4; size /= 4) {
      double[] left = random.doubles(rows, -1, 1).toArray();
      double[] right = random.doubles(columns, -1, 1).toArray();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += size * left[i / columns] * right[i % columns];
      }
    }
    return Arrays.stream(sum).map(value -> (float) value).toArray();
  }

  private static double[] iterated(double[] gradient, int rows, int columns) {
    double norm = Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum()) + 1e-7;
    double[] x = Arrays.stream(gradient).map(g -> g / norm).toArray();
    for (int i = 0; i < 5; i++) {
      double[] cube = timesItsSquare(x, x, rows, columns);
      double[] fifth = timesItsSquare(cube, x, rows, columns);
      for (int j = 0; j < x.length; j++) {
        x[j] = 3.4445 * x[j] - 4.7750 * cube[j] + 2.0315 * fifth[j];
      }
    }
    return x;
  }

  /** y·xᵀ·x. */
  private static double[] timesItsSquare(double[] y, double[] x, int rows, int columns) {
    double[] product = new double[x.length];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < rows; k++) {
        double inner = 0;
        for (int j = 0; j < columns; j++) {
          inner += y[i * columns + j] * x[k * columns + j];
        }
        for (int j = 0; j < columns; j++) {
          product[i * columns + j] += inner * x[k * columns + j];
        }
      }
    }
    return product;
  }

  private static double distance(double[] a, double[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElseThrow();
  }
}
