package org.grokfast.rewrite;

/**
 * An input through which an optimizer takes a gradient; or the output of a graph that is the
 * gradient, where a step hands it to the next one.
 *
 * @param node the node that takes it; of an output the node that makes it
 * @param input the index of the input among the node's inputs, or {@link #OUTPUT}
 */
public record GradientEdge(String node, int input) {
  /** In place of an index where the gradient itself is an output of the graph. */
  public static final int OUTPUT = -1;

  /** Whether it is an output of the graph. */
  public boolean isOutput() {
    return input == OUTPUT;
  }
}
