package org.grokfast.filter.options;

/** Whether alpha and lamb can be changed while a graph trains. */
public enum Tunable {
  /**
   * As the form of the graph suggests: they can be changed where the graph itself or its checkpoint
   * holds their first values, and are constants where whoever runs the graph would have to feed
   * them, as in a plain training step of ONNX.
   */
  AUTO,
  /** They can be changed. */
  YES,
  /** They are constants. */
  NO
}
