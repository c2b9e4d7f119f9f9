package org.grokfast.tensorflow.find.flow;

import java.util.Arrays;
import org.grokfast.graph.Adjacency;

/**
 * The tensors in topological order; those on cycles are left out. What is taken out of a stack or
 * an array comes after what is put there, save in a loop that does both in turn: there the order is
 * given up, and not the tensors.
 */
final class FlowOrder {
  private final int size;
  private final Adjacency after;
  private final Adjacency afterStored;

  /** By tensor, how many tensors it waits for; of those put somewhere apart. */
  private final int[] waiting;

  private final int[] waitingStored;
  private final boolean[] done;
  private final int[] order;
  private int ready;

  FlowOrder(int size, InlinedFlowBuilder edges) {
    this.size = size;
    waiting = new int[size];
    waitingStored = new int[size];
    after = after(edges);
    afterStored = afterStored(edges);
    // Behind the edges, since making these takes the most space.
    done = new boolean[size];
    order = new int[size];
  }

  private Adjacency after(InlinedFlowBuilder edges) {
    Adjacency.Builder before = new Adjacency.Builder(size);
    for (int t = 0; t < size; t++) {
      int[] values = edges.producers(t);
      int[] writes = edges.writesBefore(t);
      Arrays.stream(values).forEach(before::add);
      Arrays.stream(writes).forEach(before::add);
      before.end();
      waiting[t] = values.length + writes.length;
    }
    return before.build().reversed();
  }

  private Adjacency afterStored(InlinedFlowBuilder edges) {
    Adjacency.Builder before = new Adjacency.Builder(size, 0);
    for (int t = 0; t < size; t++) {
      int[] stored = edges.stored(t);
      Arrays.stream(stored).forEach(before::add);
      before.end();
      waitingStored[t] = stored.length;
    }
    return before.build().reversed();
  }

  int[] tensors() {
    for (int t = 0; t < size; t++) {
      if (waiting[t] == 0 && waitingStored[t] == 0) {
        add(t);
      }
    }
    int next = 0;
    int held = 0;
    while (true) {
      while (next < ready) {
        release(order[next++]);
      }
      while (held < size && (done[held] || waiting[held] > 0 || waitingStored[held] == 0)) {
        held++;
      }
      if (held == size) {
        return Arrays.copyOf(order, ready);
      }
      add(held);
      held = 0;
    }
  }

  private void add(int t) {
    done[t] = true;
    order[ready++] = t;
  }

  private void release(int t) {
    for (int i = 0; i < after.count(t); i++) {
      int next = after.target(t, i);
      if (--waiting[next] == 0 && waitingStored[next] == 0) {
        add(next);
      }
    }
    for (int i = 0; i < afterStored.count(t); i++) {
      int next = afterStored.target(t, i);
      if (--waitingStored[next] == 0 && waiting[next] == 0 && !done[next]) {
        add(next);
      }
    }
  }
}
