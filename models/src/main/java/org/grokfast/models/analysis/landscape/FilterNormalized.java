package org.grokfast.models.analysis.landscape;

import java.util.List;
import java.util.Random;

/**
 * Random directions in which every filter is as long as the network's own (Li et al. 2018, arXiv
 * 1712.09913, section 4): d ← d/‖d‖ · ‖θ‖ filter by filter. A filter is what belongs to one output:
 * a column of a matrix of shape [inputs, outputs]. A vector, such as a bias, is one filter (the
 * paper leaves it out or treats it likewise; arXiv 2306.13253 treats it likewise).
 */
public final class FilterNormalized {
  private FilterNormalized() {}

  /**
   * A part of the parameters.
   *
   * @param offset where it starts
   * @param shape its dimensions; those before the last one belong to a filter
   */
  public record Block(int offset, List<Integer> shape) {

    /** Takes a copy of the shape. */
    public Block {
      shape = List.copyOf(shape);
    }

    int filters() {
      return shape.size() < 2 ? 1 : shape.get(shape.size() - 1);
    }

    int size() {
      return shape.stream().mapToInt(Integer::intValue).reduce(1, (a, b) -> a * b);
    }
  }

  /**
   * Draws a direction.
   *
   * @param theta the parameters
   * @param blocks which parts they have, without gaps
   * @param seed of the direction
   */
  public static double[] direction(double[] theta, List<Block> blocks, long seed) {
    Random random = new Random(seed);
    double[] direction = new double[theta.length];
    for (int i = 0; i < direction.length; i++) {
      direction[i] = random.nextGaussian();
    }
    for (Block block : blocks) {
      int stride = block.filters();
      for (int filter = 0; filter < stride; filter++) {
        normalize(direction, theta, block.offset() + filter, stride, block.offset() + block.size());
      }
    }
    return direction;
  }

  private static void normalize(
      double[] direction, double[] theta, int start, int stride, int end) {
    double own = 0;
    double wanted = 0;
    for (int i = start; i < end; i += stride) {
      own += direction[i] * direction[i];
      wanted += theta[i] * theta[i];
    }
    double factor = own == 0 ? 0 : Math.sqrt(wanted / own);
    for (int i = start; i < end; i += stride) {
      direction[i] *= factor;
    }
  }
}
