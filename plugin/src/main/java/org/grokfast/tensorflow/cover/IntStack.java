package org.grokfast.tensorflow.cover;

import java.util.Arrays;

/** Numbers that are still to be visited. */
final class IntStack {
  private int[] values = new int[256];
  private int count;

  void push(int value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, count * 2);
    }
    values[count++] = value;
  }

  int pop() {
    return values[--count];
  }

  /** What is on it, the oldest first. */
  int[] toArray() {
    return Arrays.copyOf(values, count);
  }

  boolean isEmpty() {
    return count == 0;
  }
}
