package org.grokfast.tensorflow.graph;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.grokfast.tensorflow.nodes.NodeList;
import org.tensorflow.proto.NodeDef;

/**
 * The names that a new variable of a graph can't have: those of its nodes, and every {@code
 * shared_name}, also in functions. Two variables with one shared name are one variable, whatever
 * their nodes are called.
 */
public final class TakenNames implements Predicate<String> {
  private static final String SHARED_NAME = "shared_name";

  private final GraphIndex main;
  private Set<String> shared;

  /** The taken names of a graph, given its main graph. */
  public TakenNames(GraphIndex main) {
    this.main = main;
  }

  @Override
  public boolean test(String name) {
    if (shared == null) {
      shared = sharedNames();
    }
    return main.has(name) || shared.contains(name);
  }

  private Set<String> sharedNames() {
    Set<String> names = new HashSet<>();
    addAll(names, main.nodes());
    main.parts().functions().forEach(function -> addAll(names, function.nodes()));
    return names;
  }

  private static void addAll(Set<String> names, NodeList nodes) {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.hasAttribute(i, SHARED_NAME)) {
        add(names, nodes.get(i));
      }
    }
  }

  private static void add(Set<String> names, NodeDef node) {
    Provenance.text(node, SHARED_NAME).filter(name -> !name.isEmpty()).ifPresent(names::add);
  }
}
