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
    float[] drawn = random.uniform(inputs * outputs, bound);
    float[] transposed = new float[drawn.length];
    for (int output = 0; output < outputs; output++) {
      for (int input = 0; input < inputs; input++) {
        transposed[input * outputs + output] = drawn[output * inputs + input];
      }
    }
    values.put(name + "/weight", transposed);
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
