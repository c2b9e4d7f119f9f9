package org.grokfast.models.analysis.spectrum;

import java.util.function.UnaryOperator;

/**
 * How far two mini-batch updates fail to commute, relative to their sizes: ‖θ_AB − θ_BA‖/(‖ηg_A‖ ·
 * ‖ηg_B‖), where θ_AB is what one step of gradient descent on batch A and then one on batch B make
 * of θ (Xu 2026, arXiv 2602.16967). It's a curvature, of the unit 1/loss·1/length², and 0 if the
 * order doesn't matter.
 */
public final class CommutatorDefect {
  private CommutatorDefect() {}

  /**
   * The defect of two steps of a given size.
   *
   * @param gradientA the gradient of batch A's loss at a point
   * @param gradientB the gradient of batch B's loss at a point
   * @param theta the point
   * @param rate the size η of the steps; &gt; 0
   */
  public static double ofSteps(
      UnaryOperator<double[]> gradientA,
      UnaryOperator<double[]> gradientB,
      double[] theta,
      double rate) {
    double[] a = gradientA.apply(theta.clone());
    double[] b = gradientB.apply(theta.clone());
    // θ cancels: what is left are differences of gradients.
    double[] bracket = difference(gradientB.apply(moved(theta, -rate, a)), b);
    Vectors.add(bracket, -1, difference(gradientA.apply(moved(theta, -rate, b)), a));
    return Vectors.norm(bracket) / rate / (Vectors.norm(a) * Vectors.norm(b));
  }

  /**
   * The limit for small steps, the Lie bracket [H_B·g_A − H_A·g_B]/(‖g_A‖·‖g_B‖). Unlike a step in
   * float32 it doesn't vanish where gradients are too small to move the weights.
   *
   * @param gradientA g_A
   * @param gradientB g_B
   * @param hessianBOnA H_B·g_A
   * @param hessianAOnB H_A·g_B
   * @return a vector, whose norm is the defect and whose parts are those of the layers
   * @throws ArithmeticException if a gradient is 0, where the defect isn't defined
   */
  public static double[] limit(
      double[] gradientA, double[] gradientB, double[] hessianBOnA, double[] hessianAOnB) {
    double size = Vectors.norm(gradientA) * Vectors.norm(gradientB);
    if (size == 0) {
      throw new ArithmeticException("a batch has the gradient 0; the defect is not defined");
    }
    return Vectors.scaled(difference(hessianBOnA, hessianAOnB), 1 / size);
  }

  private static double[] difference(double[] a, double[] b) {
    double[] result = a.clone();
    Vectors.add(result, -1, b);
    return result;
  }

  private static double[] moved(double[] theta, double factor, double[] gradient) {
    double[] result = theta.clone();
    Vectors.add(result, factor, gradient);
    return result;
  }
}
