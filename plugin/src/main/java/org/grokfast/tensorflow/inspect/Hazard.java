package org.grokfast.tensorflow.inspect;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Something in a graph that works, but not as its author will expect, or that does more than train.
 *
 * @param kind what it is
 * @param nodes the nodes of which this holds, in a function as {@code function/node}; at least one
 * @param text what happens, and what to do about it
 */
public record Hazard(Kind kind, List<String> nodes, String text) {

  /** Makes the list immutable. */
  public Hazard {
    nodes = List.copyOf(nodes);
  }

  /** A hazard of one node. */
  Hazard(Kind kind, String node, String text) {
    this(kind, List.of(node), text);
  }

  /** The first node. */
  public String node() {
    return nodes.get(0);
  }

  /** The number of nodes. */
  public int count() {
    return nodes.size();
  }

  /**
   * The hazards with those that say the same of several nodes made one, in the order found. A
   * variable that is not restored stays a hazard of its own.
   */
  static List<Hazard> grouped(Collection<Hazard> hazards) {
    record Said(Kind kind, String text, String node) {}
    Map<Said, List<String>> groups = new LinkedHashMap<>();
    for (Hazard hazard : hazards) {
      groups
          .computeIfAbsent(
              new Said(
                  hazard.kind(),
                  hazard.text(),
                  hazard.kind() == Kind.UNRESTORED_VARIABLE ? hazard.node() : ""),
              said -> new ArrayList<>())
          .addAll(hazard.nodes());
    }
    List<Hazard> grouped = new ArrayList<>();
    groups.forEach((said, nodes) -> grouped.add(new Hazard(said.kind(), nodes, said.text())));
    return grouped;
  }

  /** The kinds of hazards. */
  public enum Kind {
    /** The update of a power of beta in no order with the training ops that read it. */
    UNORDERED_BETA_POWER,
    /** A node that TensorFlow Java takes for an initializer by its name. */
    INIT_NAME,
    /** An op that reads or writes files when it runs. */
    FILE_ACCESS,
    /** An op that exchanges data with other processes. */
    NETWORK,
    /** An op that runs code that the graph does not show. */
    FOREIGN_CODE,
    /** An op that ends the process. */
    ENDS_PROCESS,
    /** An op that is stateful or unknown, and of which nothing more is known. */
    UNKNOWN_EFFECT,
    /** State of an optimizer or filter in a 16-bit format. */
    HALF_STATE,
    /** A variable that is used, but neither initialised nor restored. */
    UNRESTORED_VARIABLE;

    /** Whether it is about what a graph does outside of itself when it runs. */
    public boolean isEffect() {
      return switch (this) {
        case FILE_ACCESS, NETWORK, FOREIGN_CODE, ENDS_PROCESS, UNKNOWN_EFFECT -> true;
        case UNORDERED_BETA_POWER, INIT_NAME, HALF_STATE, UNRESTORED_VARIABLE -> false;
      };
    }

    /** The kind as it is printed: {@code unordered-beta-power}. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }
}
