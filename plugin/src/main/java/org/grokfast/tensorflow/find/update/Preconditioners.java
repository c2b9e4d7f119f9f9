package org.grokfast.tensorflow.find.update;

import java.util.BitSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.find.roles.BackwardScope;
import org.grokfast.tensorflow.find.roles.RoleAnalysis;

/**
 * Where an optimizer solves for a matrix of data, or takes one apart. Where the model solves for a
 * matrix itself, its backward pass does too, and nothing counts as an optimizer's.
 */
public final class Preconditioners {
  /** What solves for a matrix, or takes one apart. */
  private static final Set<String> SOLVING =
      Set.of(
          "BandedTriangularSolve",
          "Cholesky",
          "MatrixInverse",
          "MatrixSolve",
          "MatrixSolveLs",
          "MatrixSquareRoot",
          "MatrixTriangularSolve",
          "Qr",
          "SelfAdjointEigV2",
          "Svd",
          "TridiagonalSolve");

  private final InlinedFlow flow;
  private final BitSet tensors = new BitSet();

  /** All those of a graph, whose few are looked for once. */
  public Preconditioners(InlinedFlow flow, RoleAnalysis optimizer) {
    this.flow = flow;
    BitSet solving = new BitSet();
    IntStream.range(0, flow.size()).filter(t -> SOLVING.contains(flow.op(t))).forEach(solving::set);
    if (solving.stream().noneMatch(optimizer::isOfModel)) {
      solving.stream()
          .filter(t -> optimizer.dominators().reaches(t))
          .filter(t -> BackwardScope.of(flow, t).isEmpty())
          .forEach(tensors::set);
    }
  }

  /**
   * Whether a gradient is multiplied with the inverse of a matrix that data makes as well: then no
   * tensor before that brings all data.
   */
  boolean isAbove(int gradient) {
    if (tensors.isEmpty()) {
      return false;
    }
    BitSet made = new BitSet();
    made.set(gradient);
    return flow.ancestors(made).intersects(tensors);
  }
}
