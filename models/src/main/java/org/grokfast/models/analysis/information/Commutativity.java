package org.grokfast.models.analysis.information;

/**
 * Whether a network has learned that its operation commutes (Tan and Huang, arXiv 2311.06597): how
 * often it gives the same answer to (a, b) as to (b, a), and how far the logits are apart.
 *
 * @param agreement the share of the pairs with the same greatest logit, in [0, 1]
 * @param distance the mean Euclidean distance of the logits; the paper's norm isn't known
 */
public record Commutativity(double agreement, double distance) {

  /**
   * Compares logits.
   *
   * @param logits by pair
   * @param swapped those of the same pairs the other way round
   * @throws IllegalArgumentException if there are no pairs, or not equally many
   */
  public static Commutativity of(float[][] logits, float[][] swapped) {
    if (logits.length == 0 || logits.length != swapped.length) {
      throw new IllegalArgumentException(
          "expected logits of equally many pairs, at least one, got "
              + logits.length
              + " and "
              + swapped.length);
    }
    int same = 0;
    double distance = 0;
    for (int i = 0; i < logits.length; i++) {
      same += greatest(logits[i]) == greatest(swapped[i]) ? 1 : 0;
      double squares = 0;
      for (int k = 0; k < logits[i].length; k++) {
        double difference = (double) logits[i][k] - swapped[i][k];
        squares += difference * difference;
      }
      distance += Math.sqrt(squares);
    }
    return new Commutativity((double) same / logits.length, distance / logits.length);
  }

  /** The first of the greatest. */
  private static int greatest(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }
}
