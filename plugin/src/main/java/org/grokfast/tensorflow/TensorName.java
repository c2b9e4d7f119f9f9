package org.grokfast.tensorflow;

/**
 * An input of a node, taken apart.
 *
 * @param node the producing node's name
 * @param index the output's index; {@link #CONTROL} for a control input
 */
record TensorName(String node, int index) {
  static final int CONTROL = -1;

  /** Reads {@code node}, {@code node:1} and {@code ^node}. */
  static TensorName parse(String input) {
    if (input.startsWith("^")) {
      return new TensorName(input.substring(1), CONTROL);
    }
    int colon = input.lastIndexOf(':');
    if (colon < 0) {
      return new TensorName(input, 0);
    }
    try {
      return new TensorName(
          input.substring(0, colon), Integer.parseInt(input.substring(colon + 1)));
    } catch (NumberFormatException e) {
      return new TensorName(input, 0);
    }
  }

  /** The name of the producing node alone. */
  static String nodeOf(String input) {
    return parse(input).node();
  }

  boolean isControl() {
    return index == CONTROL;
  }

  /** The input that makes a node wait for {@code node}. */
  static String control(String node) {
    return "^" + node;
  }
}
