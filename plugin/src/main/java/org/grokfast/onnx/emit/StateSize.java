package org.grokfast.onnx.emit;

import java.util.List;
import org.grokfast.io.ReadLimits;
import org.grokfast.rewrite.GraphRewriteException;

/** How much memory the first value of a state takes, where it is stored as one array. */
final class StateSize {
  private StateSize() {}

  /**
   * The bytes of a state.
   *
   * @param shape its dimensions, none negative
   * @param width the bytes of an element
   * @param what what it is stored in, for the message
   * @throws GraphRewriteException if they do not fit an array
   */
  static int bytes(String state, List<Long> shape, int width, String what) {
    if (shape.contains(0L)) {
      return 0;
    }
    long elements = 1;
    for (long dimension : shape) {
      if (elements > ReadLimits.MAX_ARRAY / width / dimension) {
        throw new GraphRewriteException(
            "state '"
                + state
                + "' of shape "
                + shape
                + " does not fit a "
                + what
                + " of 2 GiB; exclude the parameter");
      }
      elements *= dimension;
    }
    return (int) elements * width;
  }
}
