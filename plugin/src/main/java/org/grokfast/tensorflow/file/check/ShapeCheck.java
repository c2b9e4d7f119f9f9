package org.grokfast.tensorflow.file.check;

import java.util.Optional;
import org.tensorflow.proto.TensorShapeProto;

/** Checks shapes as TensorFlow does when it takes one in. */
public final class ShapeCheck {
  /** TensorFlow's own limit. */
  private static final int MOST_DIMENSIONS = 254;

  private ShapeCheck() {}

  /** What is wrong with a shape; empty if nothing is. A dimension of −1 is unknown. */
  public static Optional<String> fault(TensorShapeProto shape) {
    int rank = shape.getDimCount();
    if (shape.getUnknownRank() && rank > 0) {
      return Optional.of("the shape is of unknown rank but has " + rank + " dimensions");
    }
    if (rank > MOST_DIMENSIONS) {
      return Optional.of("the shape has " + rank + " dimensions, more than " + MOST_DIMENSIONS);
    }
    long elements = 1;
    for (int i = 0; i < rank; i++) {
      long size = shape.getDim(i).getSize();
      if (size < -1) {
        return Optional.of("dimension " + i + " of the shape is " + size);
      }
      if (size == -1) {
        continue;
      }
      if (size != 0 && elements > Long.MAX_VALUE / size) {
        return Optional.of(
            "the shape has more elements than a 64-bit number counts: " + describe(shape));
      }
      elements *= size;
    }
    return Optional.empty();
  }

  private static String describe(TensorShapeProto shape) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < shape.getDimCount(); i++) {
      text.append(i == 0 ? "" : ", ").append(shape.getDim(i).getSize());
    }
    return text.append(']').toString();
  }
}
