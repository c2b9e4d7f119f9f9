package org.grokfast.tensorflow.file.check;

import java.util.Optional;
import org.grokfast.text.Characters;

/**
 * What one input of a node refers to.
 *
 * @param node the name of a node or, in a function, of an argument
 * @param kind how it is referred to
 */
record InputReference(String node, Kind kind) {
  private static final int MOST_DIGITS = 9;

  /** How something is referred to. */
  enum Kind {
    /** {@code ^node}. */
    CONTROL,
    /** {@code node} or {@code node:0} in a graph, {@code argument} or {@code argument:0}. */
    PLAIN,
    /** {@code node:output} or {@code node:output:0}, in functions only. */
    OUTPUT
  }

  /** Parses {@code ^node}, {@code node} or {@code node:0}; empty if it is ill-formed. */
  static Optional<InputReference> inGraph(String text) {
    if (text.startsWith("^")) {
      return control(text);
    }
    int colon = text.lastIndexOf(':');
    if (colon >= 0 && !isIndex(text, colon + 1, text.length())) {
      return Optional.empty();
    }
    return reference(text, colon < 0 ? text.length() : colon, Kind.PLAIN);
  }

  /**
   * Parses {@code ^node}, {@code argument}, {@code argument:0}, {@code node:output} or {@code
   * node:output:0}; empty if it is ill-formed.
   */
  static Optional<InputReference> inFunction(String text) {
    if (text.startsWith("^")) {
      return control(text);
    }
    int first = text.indexOf(':');
    if (first < 0) {
      return reference(text, text.length(), Kind.PLAIN);
    }
    int second = text.indexOf(':', first + 1);
    if (second < 0 && isIndex(text, first + 1, text.length())) {
      return reference(text, first, Kind.PLAIN);
    }
    int outputEnd = second < 0 ? text.length() : second;
    boolean fits =
        isOutput(text, first + 1, outputEnd)
            && (second < 0 || isIndex(text, second + 1, text.length()));
    return fits ? reference(text, first, Kind.OUTPUT) : Optional.empty();
  }

  private static Optional<InputReference> control(String text) {
    String node = text.substring(1);
    return NodeName.isWellFormed(node)
        ? Optional.of(new InputReference(node, Kind.CONTROL))
        : Optional.empty();
  }

  private static Optional<InputReference> reference(String text, int end, Kind kind) {
    return NodeName.isWellFormed(text, end)
        ? Optional.of(new InputReference(text.substring(0, end), kind))
        : Optional.empty();
  }

  private static boolean isIndex(String text, int start, int end) {
    if (start == end || end - start > MOST_DIGITS) {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (!Characters.isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOutput(String text, int start, int end) {
    if (start == end || !Characters.isNameStart(text.charAt(start))) {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (!Characters.isNameStart(text.charAt(i)) && !Characters.isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
