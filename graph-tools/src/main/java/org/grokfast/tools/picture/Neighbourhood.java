package org.grokfast.tools.picture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.filter.FilterType;
import org.grokfast.filter.Filters;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Parameter;
import org.grokfast.rewrite.GraphOutline;
import org.grokfast.rewrite.InsertedNames;

/**
 * What lies around one changed node of two graphs: the nodes that feed it, through what was added
 * or removed up to what both graphs have.
 *
 * @param title the changed node
 * @param nodes the nodes by name, those that feed others first
 * @param edges the connections between them
 */
public record Neighbourhood(String title, Map<String, Node> nodes, Set<Edge> edges) {
  private static final int MOST_NODES = 40;
  private static final int MOST_STEPS = 3;

  private static final List<String> SHARED = shared();

  private static List<String> shared() {
    List<String> names = new ArrayList<>(List.of(InsertedNames.SCHEDULE, InsertedNames.STEP));
    for (FilterType<? extends GradientFilter> type : Filters.ALL) {
      type.parameters().stream().filter(Parameter::isReal).map(Parameter::name).forEach(names::add);
    }
    return names.stream().distinct().map(InsertedNames::of).toList();
  }

  /** In which of the graphs something is. */
  enum Presence {
    BOTH,
    ADDED,
    REMOVED
  }

  /**
   * A node.
   *
   * @param op what it does
   * @param presence in which graph it is
   */
  record Node(String op, Presence presence) {}

  /**
   * A connection.
   *
   * @param from the node whose output is taken
   * @param to the node that takes it
   * @param control whether only the order matters
   * @param presence in which graph it is
   */
  record Edge(String from, String to, boolean control, Presence presence) {}

  /** The neighbourhoods of changed update sites or, where there is none, of changed nodes. */
  public static List<Neighbourhood> of(GraphOutline before, GraphOutline after, int most) {
    List<Neighbourhood> found = new ArrayList<>();
    before
        .updates()
        .forEach(
            (function, updates) -> {
              Map<String, GraphOutline.Node> a = before.nodes(function);
              Map<String, GraphOutline.Node> b = after.nodes(function);
              updates.stream()
                  .filter(node -> inputsDiffer(a.get(node), b.get(node)))
                  .limit(most - found.size())
                  .toList()
                  .forEach(centre -> found.add(around(centre, a, b)));
            });
    return found.isEmpty() ? changed(before.nodes(""), after.nodes(""), most) : found;
  }

  /**
   * What feeds a node of one graph, a few steps back.
   *
   * @param function the function that it stands in; empty for the main graph
   * @param centre the node
   */
  public static Neighbourhood around(GraphOutline graph, String function, String centre) {
    Map<String, GraphOutline.Node> all = graph.nodes(function);
    Map<String, Integer> distances = new LinkedHashMap<>(Map.of(centre, 0));
    Deque<String> todo = new ArrayDeque<>(Set.of(centre));
    while (!todo.isEmpty()) {
      String name = todo.remove();
      int next = distances.get(name) + 1;
      for (String input : inputs(all.get(name)).keySet()) {
        if (next <= MOST_STEPS && distances.size() < MOST_NODES && all.containsKey(input)) {
          if (distances.putIfAbsent(input, next) == null) {
            todo.add(input);
          }
        }
      }
    }
    List<String> names = new ArrayList<>(distances.keySet());
    java.util.Collections.reverse(names);
    Map<String, Node> nodes = new LinkedHashMap<>();
    Set<Edge> edges = new LinkedHashSet<>();
    for (String name : names) {
      GraphOutline.Node node = all.get(name);
      nodes.put(name, new Node(node == null ? "" : node.op(), Presence.BOTH));
      inputs(node)
          .forEach(
              (input, control) -> {
                if (distances.containsKey(input)) {
                  edges.add(new Edge(input, name, control, Presence.BOTH));
                }
              });
    }
    return new Neighbourhood(centre, nodes, edges);
  }

  /** What of this the first graph has. */
  public Neighbourhood before() {
    return without(Presence.ADDED);
  }

  /** What of this the second graph has. */
  public Neighbourhood after() {
    return without(Presence.REMOVED);
  }

  private Neighbourhood without(Presence absent) {
    Set<Edge> kept = new LinkedHashSet<>(edges);
    kept.removeIf(edge -> edge.presence() == absent);
    Set<String> connected = new HashSet<>(Set.of(title));
    kept.forEach(edge -> connected.addAll(List.of(edge.from(), edge.to())));
    Map<String, Node> present = new LinkedHashMap<>(nodes);
    present.entrySet().removeIf(node -> node.getValue().presence() == absent);
    present.keySet().retainAll(connected);
    return new Neighbourhood(title, present, kept);
  }

  private static List<Neighbourhood> changed(
      Map<String, GraphOutline.Node> before, Map<String, GraphOutline.Node> after, int most) {
    return before.keySet().stream()
        .filter(node -> inputsDiffer(before.get(node), after.get(node)))
        .limit(most)
        .map(centre -> around(centre, before, after))
        .toList();
  }

  private static boolean inputsDiffer(GraphOutline.Node before, GraphOutline.Node after) {
    return before != null && after != null && !before.inputs().equals(after.inputs());
  }

  private static Neighbourhood around(
      String centre, Map<String, GraphOutline.Node> before, Map<String, GraphOutline.Node> after) {
    Set<String> names = new LinkedHashSet<>();
    Deque<String> todo = new ArrayDeque<>(Set.of(centre));
    while (!todo.isEmpty() && names.size() < MOST_NODES) {
      String name = todo.remove();
      boolean inBoth = before.containsKey(name) && after.containsKey(name);
      if (!names.add(name) || (inBoth && !name.equals(centre)) || isShared(name)) {
        continue;
      }
      todo.addAll(inputs(before.get(name)).keySet());
      todo.addAll(inputs(after.get(name)).keySet());
    }
    Set<Edge> edges = new LinkedHashSet<>();
    Map<String, Node> nodes = new LinkedHashMap<>();
    List<String> reversed = new ArrayList<>(names);
    java.util.Collections.reverse(reversed);
    for (String name : reversed) {
      GraphOutline.Node old = before.get(name);
      GraphOutline.Node now = after.get(name);
      Presence presence =
          old == null ? Presence.ADDED : now == null ? Presence.REMOVED : Presence.BOTH;
      nodes.put(name, new Node(old == null ? now.op() : old.op(), presence));
      Map<String, Boolean> from = inputs(old);
      Map<String, Boolean> to = inputs(now);
      Map<String, Boolean> all = new LinkedHashMap<>(from);
      all.putAll(to);
      all.forEach(
          (input, control) -> {
            if (names.contains(input)) {
              Presence where =
                  !from.containsKey(input)
                      ? Presence.ADDED
                      : to.containsKey(input) ? Presence.BOTH : Presence.REMOVED;
              edges.add(new Edge(input, name, control, where));
            }
          });
    }
    return new Neighbourhood(centre, nodes, edges);
  }

  /** Scalars that all filters share: shown, but not what they come from. */
  private static boolean isShared(String name) {
    return SHARED.stream().anyMatch(name::startsWith);
  }

  /** The nodes that feed a node, each with whether it does so by order alone. */
  private static Map<String, Boolean> inputs(GraphOutline.Node node) {
    Map<String, Boolean> inputs = new LinkedHashMap<>();
    if (node != null) {
      node.inputs()
          .forEach(input -> inputs.merge(input.node(), input.control(), Boolean::logicalAnd));
    }
    return inputs;
  }

  /** The column of each node: behind all that feed it; cycles are cut where they are met. */
  Map<String, Integer> layers() {
    Map<String, Integer> layers = new HashMap<>();
    nodes.keySet().forEach(name -> layers.put(name, 0));
    // As many rounds as nodes settle every acyclic graph, and end on any other.
    for (int round = 0; round < nodes.size(); round++) {
      boolean settled = true;
      for (Edge edge : edges) {
        int behind = layers.get(edge.from()) + 1;
        if (layers.get(edge.to()) < behind && behind < nodes.size()) {
          layers.put(edge.to(), behind);
          settled = false;
        }
      }
      if (settled) {
        break;
      }
    }
    return layers;
  }
}
