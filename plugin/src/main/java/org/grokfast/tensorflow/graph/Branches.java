package org.grokfast.tensorflow.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which nodes of a program never run in one step: those in different branches of one conditional,
 * {@code Switch} or {@code If} or {@code Case}, at any depth of calls.
 */
public final class Branches {
  /** A function that is called in more ways is taken for one that may run beside any other. */
  private static final int MOST_WAYS = 64;

  private final Program program;
  private final Map<String, Map<Integer, Set<Choice>>> choices = new HashMap<>();

  /** A side of a condition on which a node runs. */
  private record Choice(int condition, int side) {
    Choice other() {
      return new Choice(condition, 1 - side);
    }
  }

  /** A node on the way from the main graph to a node; and the function that it calls there. */
  private record Step(String graph, int node, String callee) {}

  public Branches(Program program) {
    this.program = program;
  }

  /**
   * Whether two nodes never run in one step.
   *
   * @param graph the function that the first is in; empty for the main graph
   * @param node its name
   */
  public boolean exclude(String graph, String node, String otherGraph, String otherNode) {
    List<List<Step>> ways = ways(graph, node);
    List<List<Step>> others = ways(otherGraph, otherNode);
    return !ways.isEmpty()
        && !others.isEmpty()
        && ways.stream().allMatch(way -> others.stream().allMatch(other -> diverge(way, other)));
  }

  private boolean diverge(List<Step> way, List<Step> other) {
    for (int i = 0; i < Math.min(way.size(), other.size()); i++) {
      Step here = way.get(i);
      Step there = other.get(i);
      if (here.equals(there)) {
        continue;
      }
      GraphIndex graph = program.graph(here.graph());
      return here.node() == there.node()
          ? OpTable.isBranch(graph.op(here.node())) && !here.callee().equals(there.callee())
          : exclude(here.graph(), here.node(), there.node());
    }
    return false;
  }

  /** All ways to a node, outermost first; none where there are too many. */
  private List<List<Step>> ways(String graph, String node) {
    List<List<Step>> done = new ArrayList<>();
    Deque<List<Step>> todo = new ArrayDeque<>();
    todo.add(List.of(new Step(graph, program.graph(graph).id(node), "")));
    while (!todo.isEmpty()) {
      List<Step> way = todo.remove();
      String at = way.get(0).graph();
      if (at.isEmpty()) {
        done.add(way);
        continue;
      }
      for (FunctionBody.Call call : program.functions().get(at).calls()) {
        List<Step> longer = new ArrayList<>();
        longer.add(
            new Step(
                call.caller(),
                program.graph(call.caller()).id(call.call().node().getName()),
                call.call().attribute() + "=" + at));
        longer.addAll(way);
        todo.add(longer);
      }
      if (todo.size() + done.size() > MOST_WAYS) {
        return List.of();
      }
    }
    return done;
  }

  private boolean exclude(String graph, int node, int other) {
    Set<Choice> there = choices(graph, other);
    return choices(graph, node).stream().anyMatch(choice -> there.contains(choice.other()));
  }

  /** The sides on which a node runs. What comes out of a {@code Merge} runs on both. */
  private Set<Choice> choices(String function, int node) {
    Map<Integer, Set<Choice>> known = choices.computeIfAbsent(function, key -> new HashMap<>());
    Set<Choice> found = known.get(node);
    if (found == null) {
      found = find(program.graph(function), node);
      known.put(node, found);
    }
    return found;
  }

  private static Set<Choice> find(GraphIndex graph, int node) {
    Set<Choice> found = new HashSet<>();
    BitSet seen = new BitSet();
    Deque<Integer> todo = new ArrayDeque<>();
    seen.set(node);
    todo.add(node);
    while (!todo.isEmpty()) {
      int at = todo.remove();
      if (graph.op(at).endsWith("Merge")) {
        continue;
      }
      for (int input = 0; input < graph.inputCount(at); input++) {
        int from = graph.producer(at, input);
        TensorName name = TensorName.parse(graph.input(at, input));
        if (OpTable.isSwitch(graph.op(from)) && !name.isControl() && graph.inputCount(from) > 1) {
          boolean taken = name.index() == 1 || name.output().equals("output_true");
          found.add(new Choice(condition(graph, from), taken ? 1 : 0));
        }
        if (!seen.get(from)) {
          seen.set(from);
          todo.add(from);
        }
      }
    }
    return found;
  }

  private static int condition(GraphIndex graph, int node) {
    int at = graph.producer(node, 1);
    for (int steps = 0; steps <= graph.size(); steps++) {
      if (!graph.op(at).equals("Identity") || graph.inputCount(at) == 0) {
        break;
      }
      at = graph.producer(at, 0);
    }
    return at;
  }
}
