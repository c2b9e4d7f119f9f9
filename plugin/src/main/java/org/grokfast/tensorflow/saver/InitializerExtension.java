package org.grokfast.tensorflow.saver;

import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.graph.Reachability;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.tensorflow.edit.GraphEdit;
import org.grokfast.tensorflow.emit.Emission;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.tensorflow.proto.DataType;

/**
 * Makes the graph's initializers initialise the new state as well.
 *
 * <p>An initializer is a {@code NoOp} that waits for the first assignment of a filtered variable:
 * {@code Init} of TensorFlow Java, {@code init} of Python. Other assignments are told apart by
 * where their values come from: a checkpoint, a placeholder, a training op, or the variable itself
 * (weights that are clipped after a step).
 */
public final class InitializerExtension {
  private InitializerExtension() {}

  /**
   * Adds one node that initialises everything and hangs it on the initializers that are there.
   *
   * @return a note for the report
   */
  public static String extend(GraphEdit edit, Set<String> variables, Emission emission) {
    Out init = initOp(emission);
    Set<Integer> initializers = initializers(edit.graph(), variables);
    if (initializers.isEmpty() && emission.redirections().isEmpty()) {
      return "functions initialise state when they first use it; '"
          + init.tensor()
          + "' sets it back";
    }
    if (initializers.isEmpty()) {
      return "the graph has no initializer: run '" + init.tensor() + "' once before training";
    }
    initializers.forEach(id -> edit.addControlInput(id, init.tensor()));
    List<String> names = initializers.stream().map(id -> edit.graph().name(id)).toList();
    return "state is initialised by " + String.join(", ", names);
  }

  /** Emits the one node that initialises all new state. */
  public static Out initOp(Emission emission) {
    List<String> assignments =
        emission.variables().stream().map(variable -> variable.name() + "/Assign").toList();
    return emission
        .main()
        .node(InsertedNames.of(InsertedNames.INIT), "NoOp")
        .after(assignments)
        .emit(DataType.DT_INVALID);
  }

  private static Set<Integer> initializers(GraphIndex graph, Set<String> variables) {
    Set<Integer> found = new TreeSet<>();
    BitSet later = later(graph);
    for (int id = 0; id < graph.size(); id++) {
      if (OpTable.isAssignment(graph.op(id))
          && graph.inputCount(id) >= 2
          && variables.contains(graph.name(graph.producer(id, 0)))
          && !later.get(id)
          && !isRestored(graph, id)
          && !graph.ancestors(graph.producer(id, 1)).get(graph.producer(id, 0))) {
        graph
            .consumers(id)
            .filter(consumer -> graph.op(consumer).equals("NoOp"))
            .forEach(found::add);
      }
    }
    return found;
  }

  /** What can only run once training data or gradients are there: one sweep of the graph. */
  private static BitSet later(GraphIndex graph) {
    BitSet first = new BitSet(graph.size());
    for (int id = 0; id < graph.size(); id++) {
      first.set(id, comesLater(graph.op(id)));
    }
    return Reachability.from(first, graph::consumers, id -> true);
  }

  private static boolean comesLater(String op) {
    return op.equals("Placeholder") || OpTable.isTraining(op);
  }

  /** Whether an assignment takes its value from a checkpoint. */
  static boolean isRestored(GraphIndex graph, int assignment) {
    int at = graph.producer(assignment, 1);
    for (int steps = 0; steps < 4; steps++) {
      String op = graph.op(at);
      if (op.startsWith("Restore")) {
        return true;
      }
      if (!op.equals("Identity") && !op.equals("Reshape") && !op.equals("Cast")) {
        return false;
      }
      at = graph.producer(at, 0);
    }
    return false;
  }
}
