package org.grokfast.graph;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntFunction;

/**
 * For each tensor the last one that alone separates it from the sources of data: every path from a
 * source leads through it. Tensors are numbered in an order in which each comes after those that it
 * is made from, so that one pass finds them (Cooper, Harvey, Kennedy 2001).
 */
public final class Dominators {
  private static final int NOT_REACHED = -2;

  /** Stands before all tensors: what several sources lead to has nothing else in common. */
  public static final int START = -1;

  private final int[] last;
  private final int[] depth;

  /**
   * Finds the dominators.
   *
   * @param size the number of tensors
   * @param producers the tensors that a tensor is made from, all with lower numbers
   * @param sources where data comes from
   */
  public Dominators(int size, IntFunction<int[]> producers, BitSet sources) {
    last = new int[size];
    depth = new int[size];
    Arrays.fill(last, NOT_REACHED);
    for (int tensor = 0; tensor < size; tensor++) {
      int common = sources.get(tensor) ? START : NOT_REACHED;
      for (int from : producers.apply(tensor)) {
        if (last[from] != NOT_REACHED) {
          common = common == NOT_REACHED ? from : common(common, from);
        }
      }
      last[tensor] = common;
      depth[tensor] = common >= 0 ? depth[common] + 1 : 1;
    }
  }

  /** The last tensor that separates both from the sources, one of them perhaps; or START. */
  public int common(int first, int second) {
    int a = first;
    int b = second;
    while (a != b) {
      if (a == START || b == START) {
        return START;
      }
      if (depth[a] >= depth[b]) {
        a = last[a];
      } else {
        b = last[b];
      }
    }
    return a;
  }

  /** Whether data of a source gets there. */
  public boolean reaches(int tensor) {
    return last[tensor] != NOT_REACHED;
  }

  /** The last tensor before a reached one that separates it from the sources; START if none. */
  public int before(int tensor) {
    return last[tensor];
  }
}
