package org.grokfast.onnx.emit;

import java.util.Optional;
import org.grokfast.rewrite.GradientEdge;

/**
 * Where passes of one parameter go.
 *
 * @param next the tensor that the graph gives as the parameter's next value; a node makes it
 * @param optimizer the node that takes the parameter and the learning rate, where a pass needs that
 */
public record PassPlace(String next, Optional<Optimizer> optimizer) {

  /**
   * An optimizer node.
   *
   * @param weights the input by which it takes the parameter
   * @param rate the tensor of one element that it takes for the learning rate
   * @param fading by how much it makes the rate smaller with each step, where it does: rate/(1 +
   *     step·by)
   */
  public record Optimizer(GradientEdge weights, String rate, Optional<Fading> fading) {}

  /**
   * How a rate gets smaller.
   *
   * @param step the tensor of one element that counts steps
   * @param by by how much
   */
  public record Fading(String step, double by) {}
}
