package org.grokfast.tensorflow.live;

import java.util.List;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.RewriteReport;
import org.tensorflow.Operation;

/**
 * A live graph with a filter in it.
 *
 * @param trainOp the op to run in every step, in place of the one that was given
 * @param sameTrainOp whether it is the one that was given
 * @param stateVariables the names of the new variables
 * @param report what was done
 */
public record WrappedGraph(
    Operation trainOp, boolean sameTrainOp, List<String> stateVariables, RewriteReport report) {

  /**
   * The name of the op that sets all state to its initial value, in a graph that was wrapped once.
   * Each further wrapping has one of its own, which its report names.
   */
  public static final String INIT_OP = InsertedNames.PREFIX + InsertedNames.INIT;

  /** Makes the list immutable. */
  public WrappedGraph {
    stateVariables = List.copyOf(stateVariables);
  }
}
