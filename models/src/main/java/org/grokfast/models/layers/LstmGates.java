package org.grokfast.models.layers;

/** How the gates of an LSTM lie in its kernel and biases: side by side, in the order i, f, g, o. */
final class LstmGates {
  static final int COUNT = 4;

  private LstmGates() {}
}
