package org.grokfast.tensorflow;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.tensorflow.NodeEmitter.Out;
import org.tensorflow.proto.DataType;

/**
 * Makes the graph's initializers initialise the new state as well.
 *
 * <p>An initializer is a {@code NoOp} that waits for the first assignment of a filtered variable:
 * {@code Init} of TensorFlow Java, {@code init} of Python. Other assignments are told apart by
 * where their value comes from: a saver's from the checkpoint, an update's from the variable
 * itself.
 */
final class InitializerExtension {
  private static final Set<String> ASSIGN_OPS = Set.of("Assign", "AssignVariableOp");

  private InitializerExtension() {}

  /**
   * Adds one node that initialises everything and hangs it on the initializers that are there.
   *
   * @return a note for the report
   */
  static String extend(
      GraphEdit edit, Set<String> variables, Emission emission, NodeEmitter nodes) {
    Out init = initOp(emission, nodes);
    Set<Integer> initializers = initializers(edit.graph(), variables);
    if (initializers.isEmpty()) {
      return "the graph has no initializer: run '" + init.tensor() + "' once before training";
    }
    initializers.forEach(id -> edit.addControlInput(id, init.tensor()));
    List<String> names = initializers.stream().map(id -> edit.graph().node(id).getName()).toList();
    return "state is initialised by " + String.join(", ", names);
  }

  /** Emits the one node that initialises all new state. */
  static Out initOp(Emission emission, NodeEmitter nodes) {
    List<String> assignments =
        emission.variables().stream().map(variable -> variable.name() + "/Assign").toList();
    return nodes
        .node(Provenance.ROOT + "/init", "NoOp")
        .after(assignments)
        .emit(DataType.DT_INVALID);
  }

  private static Set<Integer> initializers(TrainingGraph graph, Set<String> variables) {
    Set<Integer> found = new TreeSet<>();
    for (int id = 0; id < graph.size(); id++) {
      if (ASSIGN_OPS.contains(graph.node(id).getOp())
          && graph.node(id).getInputCount() >= 2
          && variables.contains(graph.node(graph.producer(id, 0)).getName())
          && !isRestored(graph, id)
          && !isUpdate(graph, id)) {
        graph
            .consumers(id)
            .filter(consumer -> graph.node(consumer).getOp().equals("NoOp"))
            .forEach(found::add);
      }
    }
    return found;
  }

  /** Whether an assignment computes the new value of a variable from the old one. */
  private static boolean isUpdate(TrainingGraph graph, int assignment) {
    return TrainOpCopy.ancestors(graph, graph.producer(assignment, 1))
        .get(graph.producer(assignment, 0));
  }

  /** Whether an assignment takes its value from a checkpoint. */
  static boolean isRestored(TrainingGraph graph, int assignment) {
    int at = graph.producer(assignment, 1);
    for (int steps = 0; steps < 4; steps++) {
      String op = graph.node(at).getOp();
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
