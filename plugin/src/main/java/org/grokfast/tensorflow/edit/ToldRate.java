package org.grokfast.tensorflow.edit;

import org.grokfast.tensorflow.graph.DataTypes;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.TensorName;
import org.tensorflow.proto.DataType;

/**
 * A learning rate that the user names, for updates that are written out in ops.
 *
 * @param tensor the tensor as the nodes around the update spell it
 * @param type its type
 */
public record ToldRate(String tensor, DataType type) {
  /**
   * Looks a name up where a variable is updated.
   *
   * @param graph the graph or the function of the update
   * @param name {@code node} or {@code node:index}
   * @param update the number of the update
   * @throws IllegalArgumentException if it can't be the rate; the message says why
   */
  public static ToldRate of(GraphIndex graph, String name, int update) {
    TensorName told = TensorName.parse(name);
    if (!graph.has(told.node())) {
      throw new IllegalArgumentException(
          "no node '" + told.node() + "' is where it is updated, in '" + graph.name(update) + "'");
    }
    int id = graph.id(told.node());
    DataType type = DataTypes.given(graph.node(id));
    if (DataTypes.precision(type).isEmpty()) {
      throw new IllegalArgumentException("'" + name + "' is not known to be a real number");
    }
    if (graph.ancestors(id).get(update)) {
      throw new IllegalArgumentException("'" + name + "' is known after the update only");
    }
    return new ToldRate(spelled(graph, id, told), type);
  }

  /** Functions name outputs, which the user need not know: as whatever takes the tensor does. */
  private static String spelled(GraphIndex graph, int id, TensorName told) {
    return graph
        .consumers(id)
        .boxed()
        .flatMap(consumer -> graph.inputs(consumer).stream())
        .filter(input -> is(TensorName.parse(input), told))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "nothing takes '" + told.node() + "' output " + told.index()));
  }

  private static boolean is(TensorName input, TensorName told) {
    return input.node().equals(told.node())
        && input.index() == told.index()
        && (told.output().isEmpty() || input.output().equals(told.output()));
  }
}
