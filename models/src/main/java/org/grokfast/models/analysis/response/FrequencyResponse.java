package org.grokfast.models.analysis.response;

import org.hipparchus.complex.Complex;

/**
 * What a filter makes of a gradient e^(iωt): 1 + H(ω) times as much, with the transfer function H
 * of what it adds (Lee et al. 2024, arXiv 2405.20233, section 2).
 */
@FunctionalInterface
public interface FrequencyResponse {

  /** No filter: H = 0. */
  FrequencyResponse NONE = omega -> Complex.ONE;

  /**
   * The gain and the shift of phase.
   *
   * @param omega the frequency in radians a step, in [0, π]
   * @return 1 + H(ω)
   */
  Complex at(double omega);

  /**
   * The exponential moving average: H = λ(1 − α)/(1 − αe^(−iω)).
   *
   * @param alpha how much of the old average is kept, in [0, 1)
   * @param lamb how much of the average is added
   */
  static FrequencyResponse ema(double alpha, double lamb) {
    return omega ->
        Complex.ONE
            .subtract(delay(omega).multiply(alpha))
            .reciprocal()
            .multiply(lamb * (1 - alpha))
            .add(1);
  }

  /**
   * The moving average over a full window: H = (λ/W)·Σ e^(−iωt) for t = 0 to W − 1, which is
   * (λ/W)·e^(−iω(W−1)/2)·sin(ωW/2)/sin(ω/2).
   *
   * @param window the number of gradients, ≥ 1
   * @param lamb how much of the average is added
   */
  static FrequencyResponse movingAverage(int window, double lamb) {
    return omega -> {
      double half = Math.sin(omega / 2);
      // The limit for a constant gradient, where the quotient is 0/0.
      double share = half == 0 ? window : Math.sin(omega * window / 2) / half;
      double phase = -omega * (window - 1) / 2;
      double size = lamb / window * share;
      return new Complex(1 + size * Math.cos(phase), size * Math.sin(phase));
    };
  }

  private static Complex delay(double omega) {
    return new Complex(Math.cos(omega), -Math.sin(omega));
  }
}
