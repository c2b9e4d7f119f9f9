package org.grokfast.models.forecast.features;

/** The slope of a straight line through a curve, by least squares. */
final class Slope {
  private Slope() {}

  /** The slope in units a step. */
  static double of(double[] values) {
    double middle = (values.length - 1) / 2.0;
    double products = 0;
    double squares = 0;
    for (int t = 0; t < values.length; t++) {
      products += (t - middle) * values[t];
      squares += (t - middle) * (t - middle);
    }
    return products / squares;
  }
}
