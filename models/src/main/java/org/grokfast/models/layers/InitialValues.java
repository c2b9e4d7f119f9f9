package org.grokfast.models.layers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.grokfast.models.random.TorchRandom;

/**
 * The initial values of a model's parameters by their full names, drawn as PyTorch's modules draw
 * them. They are drawn in the order of the calls, which is that of the modules' construction in
 * PyTorch; the graph may make the parameters in any other order.
 *
 * <p>Parameters that start as a constant have no values here.
 */
public final class InitialValues {
  private final TorchRandom random;
  private final Map<String, float[]> values = new LinkedHashMap<>();

  /** Draws from {@code random}, which is left after the last value. */
  public InitialValues(TorchRandom random) {
    this.random = random;
  }

  /** {@code torch.nn.Embedding(rows, width)}: standard normal, of shape [rows, width]. */
  public void embedding(String name, int rows, int width) {
    values.put(name + "/weight", random.normal(rows * width));
  }

  /** {@code torch.nn.Linear(inputs, outputs)}: both uniform in ±1/√inputs. */
  public void linear(String name, int inputs, int outputs) {
    linearWithoutBias(name, inputs, outputs);
    values.put(name + "/bias", random.uniform(outputs, 1 / Math.sqrt(inputs)));
  }

  /** {@code torch.nn.Linear(inputs, outputs, bias=False)}. */
  public void linearWithoutBias(String name, int inputs, int outputs) {
    matrix(name, inputs, outputs, 1 / Math.sqrt(inputs));
  }

  /**
   * A matrix that PyTorch keeps as [outputs, inputs] and the graph as [inputs, outputs]; uniform in
   * ±bound.
   */
  public void matrix(String name, int inputs, int outputs, double bound) {
    float[] transposed = new float[inputs * outputs];
    transpose(random.uniform(inputs * outputs, bound), inputs, transposed, 0);
    values.put(name + "/weight", transposed);
  }

  /**
   * One layer of {@code torch.nn.LSTM(inputs, width)}: all uniform in ±1/√width; the two matrices
   * one above the other, as {@link Lstm} has them.
   */
  public void lstm(String name, int inputs, int width) {
    double bound = 1 / Math.sqrt(width);
    int gates = LstmGates.COUNT * width;
    float[] kernel = new float[(inputs + width) * gates];
    transpose(random.uniform(gates * inputs, bound), inputs, kernel, 0);
    transpose(random.uniform(gates * width, bound), width, kernel, inputs * gates);
    values.put(name + "/kernel", kernel);
    values.put(name + "/input_bias", random.uniform(gates, bound));
    values.put(name + "/hidden_bias", random.uniform(gates, bound));
  }

  /** Writes a matrix with rows of {@code columns} elements into {@code target} from a place on. */
  private static void transpose(float[] matrix, int columns, float[] target, int from) {
    int rows = matrix.length / columns;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        target[from + column * rows + row] = matrix[row * columns + column];
      }
    }
  }

  /** Multiplies all values drawn so far by {@code factor}, in float32. */
  public void scale(double factor) {
    for (float[] drawn : values.values()) {
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] *= (float) factor;
      }
    }
  }

  /**
   * The values of a parameter in the order of its elements.
   *
   * @throws IllegalArgumentException if none were drawn for it
   */
  float[] of(String name) {
    float[] found = values.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "no initial values for " + name + "; expected one of " + values.keySet());
    }
    return found;
  }
}
