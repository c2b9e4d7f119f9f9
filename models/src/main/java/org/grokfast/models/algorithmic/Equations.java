package org.grokfast.models.algorithmic;

import java.util.SortedMap;

/**
 * All equations {@code x ∘ y = r} of one operation on n elements, in the order of x and then y. An
 * equation is written as the tokens [x, op, y, eq] with the answer r; elements are their own
 * tokens, eq is token n and op is token n + 1.
 */
public interface Equations {
  /** The number of tokens before the answer. */
  int LENGTH = 4;

  /** The number of elements, n. */
  int elements();

  /** The number of equations. */
  int size();

  /** The left operand of an equation. */
  int x(int equation);

  /** The right operand of an equation. */
  int y(int equation);

  /** The answer of an equation. */
  int answer(int equation);

  /** The name in a picture's title: {@code multiplication modulo 97}. */
  String title();

  /** What {@link NamedEquations#of} needs to make the same equations, as text. */
  SortedMap<String, String> settings();

  /** The number of token classes: the elements, eq and op. */
  default int tokens() {
    return elements() + 2;
  }

  /** Writes the {@link #LENGTH} tokens of an equation. */
  default void write(int equation, int[] target, int offset) {
    target[offset] = x(equation);
    target[offset + 1] = elements() + 1;
    target[offset + 2] = y(equation);
    target[offset + 3] = elements();
  }
}
