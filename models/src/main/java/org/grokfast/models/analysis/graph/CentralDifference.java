package org.grokfast.models.analysis.graph;

import java.util.List;
import org.grokfast.models.task.Batch;

/**
 * Products with the Hessian as (∇L(θ + h·v) − ∇L(θ − h·v))/2h, for graphs in which an operation has
 * no gradient of its gradient.
 *
 * <p>The error is about h² times the third derivatives and u·‖∇L‖/h of rounding, with u = 2⁻²⁴;
 * they balance at h ∝ ∛u. Against the exact products of a small decoder the difference is 1e-4 of
 * the product's length. With ReLU a difference also counts the kinks between its two points, which
 * the Hessian doesn't have: on the sparse parity that's 40 % of the length, and a shorter step
 * comes nearer (see the test).
 */
final class CentralDifference {
  private static final double CUBE_ROOT_OF_ROUNDING = Math.cbrt(0x1p-24);

  private CentralDifference() {}

  static double[] product(MovableLoss loss, double[] vector, List<Batch> batches) {
    return product(loss, vector, batches, CUBE_ROOT_OF_ROUNDING);
  }

  /**
   * The product.
   *
   * @param share how long h·v is, as a share of the length of θ
   */
  static double[] product(MovableLoss loss, double[] vector, List<Batch> batches, double share) {
    double length = norm(vector);
    if (length == 0) {
      return new double[vector.length];
    }
    double[] theta = loss.parameters();
    double step = share * Math.max(norm(theta), Math.ulp(1f)) / length;
    try {
      double[] ahead = moved(loss, theta, vector, step, batches);
      double[] behind = moved(loss, theta, vector, -step, batches);
      for (int i = 0; i < ahead.length; i++) {
        ahead[i] = (ahead[i] - behind[i]) / (2 * step);
      }
      return ahead;
    } finally {
      loss.set(theta);
    }
  }

  private static double[] moved(
      MovableLoss loss, double[] theta, double[] vector, double step, List<Batch> batches) {
    double[] point = theta.clone();
    for (int i = 0; i < point.length; i++) {
      point[i] += step * vector[i];
    }
    loss.set(point);
    return loss.gradient(batches);
  }

  private static double norm(double[] vector) {
    double squares = 0;
    for (double value : vector) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }
}
