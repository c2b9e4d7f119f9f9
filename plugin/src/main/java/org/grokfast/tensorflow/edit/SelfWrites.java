package org.grokfast.tensorflow.edit;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.pass.StepPass;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.VariableNode;

/**
 * Writes that make a variable out of itself, as decay and clipping of weights do:
 *
 * <pre>
 *   read w ──▶ Mul ──▶ AssignSub(w)
 * </pre>
 */
public final class SelfWrites {
  private SelfWrites() {}

  /**
   * The names of a variable's writes that take the variable, but no training op.
   *
   * @param graph the place where it is updated
   * @param variable its name
   * @param update the number of the update, which is not among them
   */
  public static List<String> of(GraphIndex graph, String variable, int update) {
    List<String> found = new ArrayList<>();
    for (int id = 0; id < graph.size(); id++) {
      if (id != update
          && OpTable.isPlainWrite(graph.op(id))
          && graph.inputCount(id) > 1
          && is(graph, graph.producer(id, 0), variable)
          && takes(graph, id, variable)) {
        found.add(graph.name(id));
      }
    }
    return found;
  }

  /**
   * What the user should know of them where a pass makes weights smaller, or new ones: what does so
   * already does so still.
   *
   * @param graph the place where the variable is updated
   * @param variable its name
   * @param update the number of the update
   */
  public static List<String> hazards(GraphIndex graph, String variable, int update, StepPass pass) {
    String both =
        pass.shrinks()
            ? "', so that weights may shrink twice: leave --" + pass.kind().name() + " out, or that"
            : "', and goes on to beside --" + pass.kind().name();
    return of(graph, variable, update).stream()
        .map(other -> "'" + other + "' already makes a new value out of '" + variable + both)
        .toList();
  }

  private static boolean is(GraphIndex graph, int id, String variable) {
    return VariableNode.at(graph, id).filter(at -> at.name().equals(variable)).isPresent();
  }

  private static boolean takes(GraphIndex graph, int write, String variable) {
    return graph.ancestors(graph.producer(write, 1)).stream()
        .anyMatch(id -> is(graph, id, variable));
  }
}
