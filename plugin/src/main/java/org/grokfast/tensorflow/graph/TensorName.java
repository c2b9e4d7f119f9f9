package org.grokfast.tensorflow.graph;

/**
 * An input of a node, taken apart.
 *
 * @param node the producing node's name or, in a function, an argument's
 * @param output the name of the output, as inputs in functions spell it; empty where none is given
 * @param index the index of the output, in a function among those of one name; {@link #CONTROL} for
 *     a control input
 */
public record TensorName(String node, String output, int index) {
  static final int CONTROL = -1;

  private static final String LONG = ":0";

  /**
   * Reads {@code node}, {@code node:1} and {@code ^node}, and in functions {@code node:output} and
   * {@code node:output:1}.
   */
  public static TensorName parse(String input) {
    if (isControl(input)) {
      return new TensorName(input.substring(1), "", CONTROL);
    }
    int first = input.indexOf(':');
    if (first < 0) {
      return new TensorName(input, "", 0);
    }
    String node = input.substring(0, first);
    int last = input.lastIndexOf(':');
    int index = number(input, last + 1);
    if (index < 0) {
      return new TensorName(node, input.substring(first + 1), 0);
    }
    return new TensorName(node, first == last ? "" : input.substring(first + 1, last), index);
  }

  /** The digits from a place on as a number; −1 where there are other characters. */
  private static int number(String text, int start) {
    try {
      return Integer.parseUnsignedInt(text, start, text.length(), 10);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** The name of the producing node alone. */
  public static String nodeOf(String input) {
    return parse(input).node();
  }

  /** Whether an input only makes a node wait, {@code ^node}. */
  public static boolean isControl(String input) {
    return input.startsWith("^");
  }

  public boolean isControl() {
    return index == CONTROL;
  }

  /** The input that takes an output, spelled as TensorFlow does: without an index of 0. */
  public static String input(String node, int index) {
    return index == 0 ? node : node + ":" + index;
  }

  /**
   * A tensor with or without an index of 0 that nobody needs to write, as another input has it: a
   * graph that is put back must be spelled as it was.
   */
  public static String spelledLike(String input, String tensor) {
    boolean written = isLong(input);
    if (written == isLong(tensor)) {
      return tensor;
    }
    if (written) {
      return tensor.contains(":") ? tensor : tensor + LONG;
    }
    return input.contains(":") ? tensor : nodeOf(tensor);
  }

  /** Whether an input is spelled {@code node:0}. */
  private static boolean isLong(String input) {
    return input.endsWith(LONG) && input.indexOf(':') == input.length() - LONG.length();
  }

  /** The input that makes a node wait for {@code node}. */
  public static String control(String node) {
    return "^" + node;
  }
}
