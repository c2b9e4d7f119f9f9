package org.grokfast.models.analysis.spectrum;

import java.util.Arrays;
import java.util.Optional;

/**
 * A power law p(x) ∝ x^(−α) for x ≥ xmin, fitted by maximum likelihood, with the xmin whose law
 * lies nearest to the data by Kolmogorov and Smirnov (Clauset, Shalizi and Newman 2009, arXiv
 * 0706.1062, sections 3.1 and 3.3).
 *
 * @param alpha the exponent, 1 + n/Σ ln(x/xmin)
 * @param least xmin
 * @param distance the greatest distance between the distributions, in [0, 1]
 * @param tail how many values are at least xmin
 */
public record PowerLaw(double alpha, double least, double distance, int tail) {

  /**
   * Fits a law.
   *
   * @param values the data; those that aren't positive are left out
   * @param shortest how many values a tail has at least, ≥ 2
   * @return nothing if there are fewer values, or all of a tail are equal
   */
  public static Optional<PowerLaw> fit(double[] values, int shortest) {
    if (shortest < 2) {
      throw new IllegalArgumentException("a tail has at least 2 values, was " + shortest);
    }
    double[] x = Arrays.stream(values).filter(v -> v > 0).sorted().toArray();
    PowerLaw best = null;
    for (int start = 0; start <= x.length - shortest; start++) {
      if (start > 0 && x[start] == x[start - 1]) {
        continue;
      }
      PowerLaw law = from(x, start);
      if (law != null && (best == null || law.distance < best.distance)) {
        best = law;
      }
    }
    return Optional.ofNullable(best);
  }

  private static PowerLaw from(double[] x, int start) {
    int tail = x.length - start;
    double least = x[start];
    double logs = 0;
    for (int i = start; i < x.length; i++) {
      logs += Math.log(x[i] / least);
    }
    if (logs == 0) {
      return null;
    }
    double alpha = 1 + tail / logs;
    double distance = 0;
    for (int i = start; i < x.length; i++) {
      double law = 1 - Math.pow(x[i] / least, 1 - alpha);
      double below = (i - start) / (double) tail;
      double upTo = (i - start + 1) / (double) tail;
      distance = Math.max(distance, Math.max(Math.abs(law - below), Math.abs(law - upTo)));
    }
    return new PowerLaw(alpha, least, distance, tail);
  }
}
