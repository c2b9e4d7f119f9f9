package org.grokfast.models.analysis.curve;

/**
 * The numerical cause of slingshots (arXiv 2605.06152): where a logit leads by more than about
 * 24·ln 2 = 16.6, the other exponentials are absorbed when they are added to 1 in float32, the
 * softmax is exactly 1, and the gradient by the right class's logit exactly 0, while those by the
 * others are not.
 */
public final class Saturation {
  private Saturation() {}

  /**
   * The share of examples whose gradient by the right class's logit is exactly 0, computed as a
   * float32 kernel does: exponentials less the greatest logit, over their sum in the order of the
   * classes.
   *
   * @param logits by example
   * @param labels the right classes
   * @return in [0, 1]
   * @throws IllegalArgumentException if there are no examples, or not as many labels
   */
  public static double share(float[][] logits, int[] labels) {
    if (logits.length == 0 || logits.length != labels.length) {
      throw new IllegalArgumentException(
          "expected equally many logits and labels, at least one, got "
              + logits.length
              + " and "
              + labels.length);
    }
    int saturated = 0;
    for (int i = 0; i < logits.length; i++) {
      float greatest = Float.NEGATIVE_INFINITY;
      for (float logit : logits[i]) {
        greatest = Math.max(greatest, logit);
      }
      float sum = 0;
      for (float logit : logits[i]) {
        sum += (float) Math.exp(logit - greatest);
      }
      float right = (float) Math.exp(logits[i][labels[i]] - greatest) / sum;
      saturated += right - 1f == 0 ? 1 : 0;
    }
    return (double) saturated / logits.length;
  }

  /**
   * The same from gradients that a graph gave. With cross-entropy the right class's is softmax − 1
   * ≤ 0 and all others are ≥ 0, so that a row without a negative number is saturated, whatever the
   * labels.
   *
   * @param gradients of the loss by the logits, by example
   * @return in [0, 1]
   */
  public static double ofGradients(float[][] gradients) {
    if (gradients.length == 0) {
      throw new IllegalArgumentException("expected at least one example");
    }
    int saturated = 0;
    for (float[] row : gradients) {
      boolean negative = false;
      for (float value : row) {
        negative |= value < 0 || Float.isNaN(value);
      }
      saturated += negative ? 0 : 1;
    }
    return (double) saturated / gradients.length;
  }
}
