package org.grokfast.models.layers;

import java.util.Map;

/**
 * LSTM layers in plain Java and float64, one sequence after the other, padding and all; written
 * from the equations, for comparison.
 */
final class PlainLstm {
  private static final int GATES = 4;

  private final Map<String, double[]> values;
  private final int[] widths;

  /**
   * Layers.
   *
   * @param values the parameters by the names that {@link InitialValues} gives them
   * @param widths of the vectors of tokens and of every layer
   */
  PlainLstm(Map<String, double[]> values, int... widths) {
    this.values = values;
    this.widths = widths.clone();
  }

  /** The last layer's hidden state after the last token. */
  double[] lastHidden(int[] tokens) {
    double[] embedding = values.get("embedding/weight");
    double[][] x = new double[tokens.length][widths[0]];
    for (int step = 0; step < tokens.length; step++) {
      System.arraycopy(embedding, tokens[step] * widths[0], x[step], 0, widths[0]);
    }
    for (int layer = 0; layer < widths.length - 1; layer++) {
      x = run("lstm/" + layer, x, widths[layer + 1]);
    }
    return x[x.length - 1];
  }

  private double[][] run(String layer, double[][] x, int width) {
    double[] cell = new double[width];
    double[] hidden = new double[width];
    double[][] all = new double[x.length][];
    for (int step = 0; step < x.length; step++) {
      double[] gates = gates(layer, x[step], hidden);
      hidden = new double[width];
      for (int unit = 0; unit < width; unit++) {
        double i = sigmoid(gates[unit]);
        double f = sigmoid(gates[width + unit]);
        double g = Math.tanh(gates[2 * width + unit]);
        double o = sigmoid(gates[3 * width + unit]);
        cell[unit] = f * cell[unit] + i * g;
        hidden[unit] = o * Math.tanh(cell[unit]);
      }
      all[step] = hidden;
    }
    return all;
  }

  private double[] gates(String layer, double[] x, double[] hidden) {
    double[] kernel = values.get(layer + "/kernel");
    int columns = GATES * hidden.length;
    double[] gates = new double[columns];
    for (int column = 0; column < columns; column++) {
      double sum =
          values.get(layer + "/input_bias")[column] + values.get(layer + "/hidden_bias")[column];
      for (int row = 0; row < x.length; row++) {
        sum += x[row] * kernel[row * columns + column];
      }
      for (int row = 0; row < hidden.length; row++) {
        sum += hidden[row] * kernel[(x.length + row) * columns + column];
      }
      gates[column] = sum;
    }
    return gates;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
