package org.grokfast.rules;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A node of a graph of any format.
 *
 * @param function the function that it is in; empty for the main graph
 * @param name its name, or that of its first output
 * @param op what it does
 * @param inputs its inputs as the graph spells them
 * @param attributes everything else about it, as text
 */
public record NodeLine(
    String function, String name, String op, List<String> inputs, Map<String, String> attributes) {
  /** Copies the collections. */
  public NodeLine {
    inputs = List.copyOf(inputs);
    attributes = new TreeMap<>(attributes);
  }

  /** What tells it from all other nodes. */
  public String key() {
    return function.isEmpty() ? name : function + "/" + name;
  }

  /** The same node with other inputs. */
  public NodeLine withInputs(List<String> others) {
    return new NodeLine(function, name, op, others, attributes);
  }
}
