package org.grokfast.tensorflow.inspect;

/**
 * Something in a graph that works, but not as its author will expect.
 *
 * @param kind what it is
 * @param node the node, or the function and the node as {@code function/node}
 * @param text what happens, and what to do about it
 */
public record Hazard(Kind kind, String node, String text) {

  /** The kinds of hazards. */
  public enum Kind {
    /** The update of a power of beta in no order with the training ops that read it. */
    UNORDERED_BETA_POWER,
    /** A node that TensorFlow Java takes for an initializer by its name. */
    INIT_NAME,
    /** An op that reads or writes files when it runs. */
    FILE_ACCESS,
    /** State of an optimizer or filter in a 16-bit format. */
    HALF_STATE,
    /** A variable that is used, but neither initialised nor restored. */
    UNRESTORED_VARIABLE;

    /** The kind as it is printed: {@code unordered-beta-power}. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }
}
