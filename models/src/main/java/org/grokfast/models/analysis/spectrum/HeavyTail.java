package org.grokfast.models.analysis.spectrum;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.grokfast.models.analysis.linear.SymmetricEigen;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.RealMatrix;

/**
 * How heavy the tail of a weight matrix's spectrum is: WeightWatcher's alpha, the exponent of a
 * power law that is fitted to the eigenvalues of WᵀW (Martin and Mahoney 2021, arXiv 1810.01075).
 * About 2 to 6 in layers that are trained well; below 2 the tail is so heavy that generalisation is
 * expected to collapse (Prakash and Martin 2026, arXiv 2602.02859).
 */
public final class HeavyTail {
  /** Below this alpha a late collapse is expected. */
  public static final double CRITICAL = 2;

  /** How many eigenvalues a matrix must have; what WeightWatcher asks for. */
  public static final int LEAST_EIGENVALUES = 50;

  /** How many eigenvalues a tail has at least; our choice, since shorter ones fit by chance. */
  private static final int SHORTEST_TAIL = 8;

  /** How many checkpoints in a row make an alarm; our choice. */
  private static final int IN_A_ROW = 2;

  private HeavyTail() {}

  /**
   * One matrix at one checkpoint.
   *
   * @param step the number of updates
   * @param validationAccuracy in [0, 1]
   * @param alpha the matrix's exponent; empty where none could be fitted
   */
  public record Observation(int step, double validationAccuracy, OptionalDouble alpha) {}

  /**
   * The fit for a matrix.
   *
   * @param weights by row
   * @return nothing for a matrix with less than {@link #LEAST_EIGENVALUES} eigenvalues
   */
  public static Optional<PowerLaw> of(double[][] weights) {
    double[] values = eigenvalues(weights);
    return values.length < LEAST_EIGENVALUES
        ? Optional.empty()
        : PowerLaw.fit(values, SHORTEST_TAIL);
  }

  /** The eigenvalues of WᵀW or WWᵀ, whichever has fewer: the squares of W's singular values. */
  static double[] eigenvalues(double[][] weights) {
    RealMatrix w = new Array2DRowRealMatrix(weights, false);
    if (w.getRowDimension() < w.getColumnDimension()) {
      w = w.transpose();
    }
    return SymmetricEigen.of(w.transposeMultiply(w)).values();
  }

  /**
   * Where a late collapse announces itself: after the validation accuracy has reached a threshold,
   * the first of two checkpoints in a row with an alpha below {@link #CRITICAL}.
   *
   * @param observations of one matrix, by step
   * @param grokked the accuracy from which on the run has generalised
   * @return the step; nothing if there's no alarm
   */
  public static OptionalInt alarm(List<Observation> observations, double grokked) {
    boolean reached = false;
    int row = 0;
    int first = 0;
    for (Observation observation : observations) {
      reached |= observation.validationAccuracy() >= grokked;
      boolean low = observation.alpha().isPresent() && observation.alpha().getAsDouble() < CRITICAL;
      row = reached && low ? row + 1 : 0;
      if (row == 1) {
        first = observation.step();
      }
      if (row == IN_A_ROW) {
        return OptionalInt.of(first);
      }
    }
    return OptionalInt.empty();
  }
}
