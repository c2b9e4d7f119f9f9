package org.grokfast.tensorflow.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which nodes a program runs to make an update happen. Two optimizers of one graph (a generator's
 * and a discriminator's) are run by different nodes; their filters must count their own steps.
 *
 * <p>Every node is visited once, however many updates ask: what lies behind a node is remembered,
 * and nodes with the same sinks share one set of them (Tarjan's algorithm, as loops lead back).
 */
public final class UpdateSinks {
  private static final int NONE = 0;
  private static final int UNSEEN = -1;

  private final GraphIndex graph;
  private final List<int[]> sets = new ArrayList<>();
  private final Map<List<Integer>, Integer> numbers = new HashMap<>();
  private final Map<Integer, String> texts = new HashMap<>();

  /** By node: the number of its set; while that is not known, {@link #UNSEEN} less its place. */
  private final int[] known;

  private final Deque<Integer> open = new ArrayDeque<>();
  private int visited;

  private UpdateSinks(GraphIndex graph) {
    this.graph = graph;
    this.known = new int[graph.size()];
    Arrays.fill(known, UNSEEN);
    number(new int[0]);
  }

  /**
   * The names of the nodes without consumers that lie downstream of a node, or its own name where
   * nothing consumes it.
   */
  public static String of(GraphIndex graph, int id) {
    return graph.derived(UpdateSinks.class, UpdateSinks::new).of(id);
  }

  private String of(int id) {
    if (known[id] < 0) {
      visit(id);
    }
    return texts.computeIfAbsent(known[id], this::text);
  }

  private String text(int set) {
    TreeSet<String> names = new TreeSet<>();
    for (int sink : sets.get(set)) {
      names.add(graph.name(sink));
    }
    return String.join(",", names);
  }

  /**
   * A node on the way down: its place among those that were visited, the first of those that it
   * leads back to, and the sinks found behind it so far.
   */
  private static final class Frame {
    private final int id;
    private final int place;
    private final int[] consumers;
    private int low;
    private int next;
    private int sinks;

    private Frame(int id, int place, int[] consumers, int sinks) {
      this.id = id;
      this.place = place;
      this.low = place;
      this.consumers = consumers;
      this.sinks = sinks;
    }
  }

  private void visit(int start) {
    Deque<Frame> path = new ArrayDeque<>();
    path.push(enter(start));
    while (!path.isEmpty()) {
      Frame frame = path.peek();
      if (frame.next == frame.consumers.length) {
        leave(path.pop(), path.peek());
        continue;
      }
      int consumer = frame.consumers[frame.next++];
      if (known[consumer] == UNSEEN) {
        path.push(enter(consumer));
      } else if (known[consumer] < 0) {
        frame.low = Math.min(frame.low, UNSEEN - known[consumer]);
      } else {
        frame.sinks = union(frame.sinks, known[consumer]);
      }
    }
  }

  private Frame enter(int id) {
    known[id] = UNSEEN - ++visited;
    open.push(id);
    int[] consumers = graph.consumers(id).toArray();
    return new Frame(id, visited, consumers, consumers.length == 0 ? number(new int[] {id}) : NONE);
  }

  private void leave(Frame frame, Frame parent) {
    if (frame.low == frame.place) {
      int member;
      do {
        member = open.pop();
        known[member] = frame.sinks;
      } while (member != frame.id);
    }
    if (parent != null) {
      parent.low = Math.min(parent.low, frame.low);
      parent.sinks = union(parent.sinks, frame.sinks);
    }
  }

  private int union(int a, int b) {
    if (a == b || b == NONE) {
      return a;
    }
    if (a == NONE) {
      return b;
    }
    int[] both = Arrays.copyOf(sets.get(a), sets.get(a).length + sets.get(b).length);
    System.arraycopy(sets.get(b), 0, both, sets.get(a).length, sets.get(b).length);
    return number(Arrays.stream(both).sorted().distinct().toArray());
  }

  private int number(int[] set) {
    return numbers.computeIfAbsent(
        Arrays.stream(set).boxed().toList(),
        key -> {
          sets.add(set);
          return sets.size() - 1;
        });
  }
}
