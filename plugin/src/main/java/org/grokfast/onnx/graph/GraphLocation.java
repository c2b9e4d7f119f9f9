package org.grokfast.onnx.graph;

/** The names of the graphs of a model in which parameters may be updated. */
public final class GraphLocation {
  /** The model's own graph. */
  public static final String MAIN = "step";

  private GraphLocation() {}

  /** The algorithm of a {@code training_info}. */
  public static String algorithm(int index) {
    return "training_info[" + index + "]";
  }
}
