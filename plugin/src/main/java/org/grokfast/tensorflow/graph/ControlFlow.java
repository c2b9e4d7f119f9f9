package org.grokfast.tensorflow.graph;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where each node stands in TensorFlow 1's control flow: behind how many branches that may not be
 * taken ({@code Switch} without its {@code Merge}) and inside how many loop frames ({@code Enter}
 * without its {@code Exit}).
 */
public final class ControlFlow {
  private final int[] branches;
  private final int[] frames;

  /** Reads a graph; linear in its edges. The back edges of loops are left out. */
  public ControlFlow(GraphIndex graph) {
    int size = graph.size();
    branches = new int[size];
    frames = new int[size];
    int[] waiting = new int[size];
    Deque<Integer> ready = new ArrayDeque<>();
    for (int id = 0; id < size; id++) {
      waiting[id] = (int) graph.producers(id).filter(p -> !isBackEdge(graph, p)).count();
      if (waiting[id] == 0) {
        ready.add(id);
      }
    }
    while (!ready.isEmpty()) {
      int id = ready.remove();
      place(graph, id);
      if (isBackEdge(graph, id)) {
        continue;
      }
      graph
          .consumers(id)
          .forEach(
              consumer -> {
                if (--waiting[consumer] == 0) {
                  ready.add(consumer);
                }
              });
    }
  }

  private static boolean isBackEdge(GraphIndex graph, int producer) {
    return graph.op(producer).endsWith("NextIteration");
  }

  private static boolean isLoopHead(GraphIndex graph, int merge) {
    return graph.producers(merge).anyMatch(producer -> isBackEdge(graph, producer));
  }

  private void place(GraphIndex graph, int id) {
    graph
        .producers(id)
        .forEach(
            producer -> {
              branches[id] = Math.max(branches[id], branches[producer]);
              frames[id] = Math.max(frames[id], frames[producer]);
            });
    int branch = branches[id];
    int frame = frames[id];
    switch (graph.op(id)) {
      case "Switch", "RefSwitch" -> branch++;
      case "Merge", "RefMerge" -> branch = isLoopHead(graph, id) ? branch : Math.max(0, branch - 1);
      case "Enter", "RefEnter" -> frame++;
      case "Exit", "RefExit" -> {
        // It comes out of the loop's own switch.
        branch = Math.max(0, branch - 1);
        frame = Math.max(0, frame - 1);
      }
      default -> {
        // Every other op stands where its inputs stand.
      }
    }
    branches[id] = branch;
    frames[id] = frame;
  }

  /** Whether a node may be skipped in a step. */
  public boolean isConditional(int id) {
    return branches[id] > 0;
  }

  /** Whether a node runs in the frame of a loop. */
  public boolean isInLoop(int id) {
    return frames[id] > 0;
  }
}
