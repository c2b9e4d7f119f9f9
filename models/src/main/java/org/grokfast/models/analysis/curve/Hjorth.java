package org.grokfast.models.analysis.curve;

/**
 * Hjorth's parameters of a curve (Hjorth 1970), with one value a step and differences for
 * derivatives: with m0, m2 and m4 the variances of the curve, of its first and of its second
 * difference.
 *
 * @param activity m0
 * @param mobility √(m2/m0), about the mean frequency in radians a step; 0 for a constant curve
 * @param complexity √(m4/m2)/mobility, 1 for a sine; 0 for a curve without a slope
 */
public record Hjorth(double activity, double mobility, double complexity) {
  private static final int SHORTEST = 4;

  /**
   * The parameters.
   *
   * @throws IllegalArgumentException if there are fewer than 4 values or one isn't finite
   */
  public static Hjorth of(double[] curve) {
    if (curve.length < SHORTEST) {
      throw new IllegalArgumentException(
          "Hjorth's parameters need at least " + SHORTEST + " values, was given " + curve.length);
    }
    double[] slope = differences(curve);
    double m0 = variance(curve);
    double m2 = variance(slope);
    double m4 = variance(differences(slope));
    double mobility = m0 == 0 ? 0 : Math.sqrt(m2 / m0);
    double complexity = m2 == 0 ? 0 : Math.sqrt(m4 / m2) / mobility;
    return new Hjorth(m0, mobility, complexity);
  }

  /** √(m4/m2), which arXiv 2306.13253 calls complexity; it isn't divided by the mobility. */
  public double paperComplexity() {
    return complexity * mobility;
  }

  private static double[] differences(double[] values) {
    double[] result = new double[values.length - 1];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i + 1] - values[i];
    }
    return result;
  }

  private static double variance(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    double variance = sum / values.length;
    if (!Double.isFinite(variance)) {
      throw new IllegalArgumentException("the curve has a value that is not finite");
    }
    return variance;
  }
}
