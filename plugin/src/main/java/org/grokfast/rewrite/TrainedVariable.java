package org.grokfast.rewrite;

import java.util.List;
import org.grokfast.filter.algebra.Precision;

/**
 * A variable that an optimizer updates.
 *
 * @param name its name in the graph
 * @param precision the format of its elements
 * @param shape its dimensions, all known
 */
public record TrainedVariable(String name, Precision precision, List<Long> shape) {
  /** Makes the shape immutable. */
  public TrainedVariable {
    shape = List.copyOf(shape);
  }

  /**
   * The number of elements.
   *
   * @throws GraphRewriteException if it does not fit a long
   */
  public long elements() {
    long count = 1;
    try {
      for (long dimension : shape) {
        count = Math.multiplyExact(count, dimension);
      }
    } catch (ArithmeticException e) {
      throw new GraphRewriteException(
          "variable '" + name + "' has shape " + shape + ", whose element count overflows", e);
    }
    return count;
  }
}
