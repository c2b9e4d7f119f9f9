package org.grokfast.rewrite;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The nodes and edges of a graph as pictures show them. */
public interface GraphOutline {

  /**
   * The nodes that take a gradient, by the function that they stand in; those of the main graph
   * under an empty name.
   */
  Map<String, Set<String>> updates();

  /**
   * The nodes of a function, its arguments included, by name and in order; those of the main graph
   * for an empty name. Empty if there is no such function.
   */
  Map<String, Node> nodes(String function);

  /**
   * A node.
   *
   * @param op what it does
   * @param inputs what it takes
   */
  record Node(String op, List<Input> inputs) {
    /** Makes the list immutable. */
    public Node {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * An input.
   *
   * @param node the node that gives it
   * @param tensor the tensor as the graph spells it
   * @param control whether only the order matters
   */
  record Input(String node, String tensor, boolean control) {}
}
