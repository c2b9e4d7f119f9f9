package org.grokfast.graph;

import java.util.Arrays;

/** Numbers that are still to be visited. */
public final class IntStack {
  private int[] values = new int[256];
  private int count;

  /** Puts a number on top. */
  public void push(int value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, count * 2);
    }
    values[count++] = value;
  }

  /** Takes the number on top away; there must be one. */
  public int pop() {
    return values[--count];
  }

  /** What is on it, the oldest first. */
  public int[] toArray() {
    return Arrays.copyOf(values, count);
  }

  /** Whether there is nothing on it. */
  public boolean isEmpty() {
    return count == 0;
  }
}
