package org.grokfast.onnx;

/** The names of the graphs of a model in which parameters may be updated. */
final class GraphLocation {
  /** The model's own graph. */
  static final String MAIN = "step";

  private GraphLocation() {}

  /** The algorithm of a {@code training_info}. */
  static String algorithm(int index) {
    return "training_info[" + index + "]";
  }
}
