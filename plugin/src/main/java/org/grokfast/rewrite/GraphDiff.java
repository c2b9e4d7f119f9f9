package org.grokfast.rewrite;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * In what two graphs differ. Things are matched by name: a renamed node is one removed and one
 * added.
 *
 * @param nodes the nodes; for a changed one, which of its fields changed
 * @param edges the connections, spelled {@code tensor -> node:input} or {@code ^node -> node}
 * @param functions the functions
 * @param initializers the assignments that give variables their first values, spelled {@code
 *     variable <- node}
 * @param signatures the signatures
 * @param other what else differs: fields of the MetaGraphDef, versions, the order of the nodes
 */
public record GraphDiff(
    Changes nodes,
    Changes edges,
    Changes functions,
    Changes initializers,
    Changes signatures,
    List<String> other) {

  /** Makes the list immutable. */
  public GraphDiff {
    other = List.copyOf(other);
  }

  /**
   * Changes of one kind of thing.
   *
   * @param added the names of what only the second graph has, in its order
   * @param removed the names of what only the first graph has, in its order
   * @param changed the names of what both have in different form, with what differs
   */
  public record Changes(
      List<String> added, List<String> removed, Map<String, List<String>> changed) {
    /** Makes the lists immutable. */
    public Changes {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
      changed = Collections.unmodifiableMap(new LinkedHashMap<>(changed));
    }

    /** Whether nothing changed. */
    public boolean isEmpty() {
      return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }

    /**
     * What became of things that are matched by name.
     *
     * @param comparison says of what changed in which fields it did
     */
    public static <T> Changes between(
        Map<String, T> before, Map<String, T> after, Comparison<T> comparison) {
      Map<String, List<String>> changed = new LinkedHashMap<>();
      before.forEach(
          (name, old) -> {
            T other = after.get(name);
            if (other != null && !old.equals(other)) {
              changed.put(name, comparison.differences(old, other));
            }
          });
      return new Changes(
          after.keySet().stream().filter(name -> !before.containsKey(name)).toList(),
          before.keySet().stream().filter(name -> !after.containsKey(name)).toList(),
          changed);
    }

    /** What became of things that are nothing but their names. */
    public static Changes between(Set<String> before, Set<String> after) {
      return new Changes(
          after.stream().filter(name -> !before.contains(name)).toList(),
          before.stream().filter(name -> !after.contains(name)).toList(),
          Map.of());
    }
  }

  /** Tells in what two things of one name differ. */
  @FunctionalInterface
  public interface Comparison<T> {
    /** The names of the fields. */
    List<String> differences(T before, T after);
  }

  /** Whether the graphs are equal, message for message. */
  public boolean isEmpty() {
    return nodes.isEmpty()
        && edges.isEmpty()
        && functions.isEmpty()
        && initializers.isEmpty()
        && signatures.isEmpty()
        && other.isEmpty();
  }
}
