package org.grokfast.tests;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What all probes give in each step of a variable, by plain sums over its elements. */
public final class PlainProbes {
  private static final double[] ALPHAS = {0.8, 0.98, 0.998};

  private final double[][] averages = new double[ALPHAS.length][];
  private double[] last;

  /** Whether a step, counted from 1, measures. */
  public static boolean isDue(int step, int every) {
    return step == 1 || step % every == 0;
  }

  /** The Euclidean norm. */
  public static double norm(double... values) {
    return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
  }

  /**
   * One step.
   *
   * @param theta the weights before the update
   * @param raw the gradient
   * @param filtered the filtered gradient
   */
  public Map<String, Double> step(double[] theta, double[] raw, double[] filtered) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("weight-norm", norm(theta));
    values.put("gradient-norm", norm(raw));
    values.put("filtered-norm", norm(filtered));
    double dot = 0;
    double[] change = new double[theta.length];
    for (int i = 0; i < raw.length; i++) {
      dot += raw[i] * filtered[i];
      change[i] = last == null ? 0 : theta[i] - last[i];
    }
    values.put("cosine", dot / norm(raw) / norm(filtered));
    values.put("update-norm", norm(change));
    values.put("update-ratio", norm(change) / norm(theta));
    last = theta.clone();
    values.putAll(energies(raw));
    return values;
  }

  private Map<String, Double> energies(double... gradient) {
    Map<String, Double> energies = new LinkedHashMap<>();
    double[] faster = gradient;
    for (int k = 0; k < ALPHAS.length; k++) {
      averages[k] = averages[k] == null ? gradient.clone() : averages[k];
      double[] band = new double[gradient.length];
      for (int i = 0; i < gradient.length; i++) {
        averages[k][i] = ALPHAS[k] * averages[k][i] + (1 - ALPHAS[k]) * gradient[i];
        band[i] = faster[i] - averages[k][i];
      }
      energies.put("band-" + (k + 1), norm(band) * norm(band));
      faster = averages[k];
    }
    energies.put("band-" + (ALPHAS.length + 1), norm(faster) * norm(faster));
    return energies;
  }
}
