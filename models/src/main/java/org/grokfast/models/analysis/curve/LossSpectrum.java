package org.grokfast.models.analysis.curve;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;

/**
 * How strongly a loss oscillates, by frequency (after Notsawo et al., arXiv 2306.13253, which names
 * neither the filter against the trend nor a window nor a normalisation; these are our choices): a
 * polynomial is subtracted by least squares, a Hann window applied, and the energy of every whole
 * number of cycles taken. The energies are scaled so that a sine of amplitude a has a²/2 in all,
 * spread over the window's three bins.
 */
public final class LossSpectrum {
  private static final int SHORTEST = 16;

  private final double[] energies;

  private LossSpectrum(double[] energies) {
    this.energies = energies;
  }

  /**
   * The spectrum of a curve.
   *
   * @param curve one value a step, at least 16
   * @param degree of the polynomial that is subtracted, 0 to 5
   * @throws IllegalArgumentException if the curve is too short, a value isn't finite, or the degree
   *     is outside its range
   */
  public static LossSpectrum of(double[] curve, int degree) {
    double[] rest = withoutTrend(curve, degree);
    int n = rest.length;
    double squares = 0;
    for (int t = 0; t < n; t++) {
      double window = Math.sin(Math.PI * t / n) * Math.sin(Math.PI * t / n);
      rest[t] *= window;
      squares += window * window;
    }
    double[] energies = new double[n / 2 + 1];
    for (int k = 0; k < energies.length; k++) {
      double real = 0;
      double imaginary = 0;
      for (int t = 0; t < n; t++) {
        double angle = 2 * Math.PI * ((long) k * t % n) / n;
        real += rest[t] * Math.cos(angle);
        imaginary += rest[t] * Math.sin(angle);
      }
      // Every frequency but the first and, of an even number, the last stands for two.
      int sides = k == 0 || 2 * k == n ? 1 : 2;
      energies[k] = sides * (real * real + imaginary * imaginary) / (n * squares);
    }
    return new LossSpectrum(energies);
  }

  /**
   * A curve less its polynomial trend.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public static double[] withoutTrend(double[] curve, int degree) {
    int n = curve.length;
    if (n < SHORTEST) {
      throw new IllegalArgumentException(
          "a spectrum needs at least " + SHORTEST + " values, was given " + n);
    }
    if (degree < 0 || degree > 5) {
      throw new IllegalArgumentException("degree must be in [0, 5], was " + degree);
    }
    for (int t = 0; t < n; t++) {
      if (!Double.isFinite(curve[t])) {
        throw new IllegalArgumentException(
            "value " + t + " is " + curve[t] + "; expected a number");
      }
    }
    RealMatrix powers = new Array2DRowRealMatrix(n, degree + 1);
    for (int t = 0; t < n; t++) {
      double x = 2.0 * t / (n - 1) - 1;
      for (int p = 0; p <= degree; p++) {
        powers.setEntry(t, p, Math.pow(x, p));
      }
    }
    ArrayRealVector values = new ArrayRealVector(curve);
    return values
        .subtract(powers.operate(new QRDecomposition(powers).getSolver().solve(values)))
        .toArray();
  }

  /** The energy at k cycles over the curve, by k. */
  public double[] energies() {
    return energies.clone();
  }

  /** All of it: the mean square of the windowed curve, of which the paper's activity is made. */
  public double activity() {
    return band(0, energies.length);
  }

  /**
   * The energy of frequencies from {@code from} cycles over the curve to below {@code to}.
   *
   * @throws IllegalArgumentException if the band is empty or outside the spectrum
   */
  public double band(int from, int to) {
    if (from < 0 || to > energies.length || from >= to) {
      throw new IllegalArgumentException(
          "expected a band within [0, " + energies.length + "], was [" + from + ", " + to + ")");
    }
    double sum = 0;
    for (int k = from; k < to; k++) {
      sum += energies[k];
    }
    return sum;
  }
}
