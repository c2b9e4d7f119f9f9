package org.grokfast.onnx.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The shapes that convolutions and pooling give, by the formulas of the ONNX operator pages. */
final class WindowShapes {
  private static final int SPATIAL = 2;

  private final Attributes attributes;
  private final List<Long> image;

  private WindowShapes(Attributes attributes, List<Long> image) {
    this.attributes = attributes;
    this.image = image;
  }

  /**
   * The shape of Conv, of ConvTranspose or of a pooling.
   *
   * @param image the shape of the first input: batch, channels and one or more spatial dimensions
   * @param weights the shape of the filters; empty for a pooling
   */
  static Optional<List<Long>> of(
      Attributes attributes, List<Long> image, Optional<List<Long>> weights) {
    String op = attributes.node().getOpType();
    Optional<List<Long>> kernel =
        attributes
            .integers("kernel_shape")
            .filter(sizes -> !sizes.isEmpty())
            .or(
                () ->
                    weights.filter(w -> w.size() > SPATIAL).map(w -> w.subList(SPATIAL, w.size())));
    boolean convolves = op.startsWith("Conv");
    if (kernel.isEmpty()
        || image.size() != kernel.get().size() + SPATIAL
        || (convolves && weights.map(w -> w.size() != image.size()).orElse(true))) {
      return Optional.empty();
    }
    List<Long> shape = new ArrayList<>(List.of(image.get(0)));
    boolean transposed = op.equals("ConvTranspose");
    if (transposed) {
      long channels = weights.orElseThrow().get(1);
      shape.add(channels < 0 ? -1 : channels * attributes.integer("group", 1));
    } else {
      shape.add(convolves ? weights.orElseThrow().get(0) : image.get(1));
    }
    WindowShapes rules = new WindowShapes(attributes, image);
    for (int i = 0; i < kernel.get().size(); i++) {
      shape.add(transposed ? rules.grown(i, kernel.get()) : rules.shrunk(i, kernel.get()));
    }
    return Optional.of(shape);
  }

  private long value(String name, int index, long otherwise) {
    List<Long> all = attributes.integers(name).orElse(List.of());
    return index < all.size() ? all.get(index) : otherwise;
  }

  private long pads(int axis, int axes) {
    return value("pads", axis, 0) + value("pads", axis + axes, 0);
  }

  private long shrunk(int axis, List<Long> kernel) {
    long size = image.get(axis + SPATIAL);
    long stride = Math.max(1, value("strides", axis, 1));
    long reach = (kernel.get(axis) - 1) * value("dilations", axis, 1) + 1;
    String padding = attributes.text("auto_pad", "NOTSET");
    if (size < 0 || kernel.get(axis) < 0) {
      return -1;
    }
    if (padding.startsWith("SAME")) {
      return (size + stride - 1) / stride;
    }
    long pads = padding.equals("VALID") ? 0 : pads(axis, kernel.size());
    long room = size + pads - reach;
    if (room < 0) {
      return -1;
    }
    boolean up = attributes.integer("ceil_mode", 0) != 0;
    if (!up) {
      return room / stride + 1;
    }
    long windows = (room + stride - 1) / stride + 1;
    // A window that would begin in the padding behind the end is left out.
    return (windows - 1) * stride >= size + value("pads", axis, 0) ? windows - 1 : windows;
  }

  private long grown(int axis, List<Long> kernel) {
    List<Long> given = attributes.integers("output_shape").orElse(List.of());
    if (!given.isEmpty()) {
      int from = given.size() - kernel.size();
      return from < 0 ? -1 : given.get(from + axis);
    }
    long size = image.get(axis + SPATIAL);
    if (size < 0 || kernel.get(axis) < 0) {
      return -1;
    }
    long stride = value("strides", axis, 1);
    if (attributes.text("auto_pad", "NOTSET").startsWith("SAME")) {
      return size * stride;
    }
    long pads =
        attributes.text("auto_pad", "NOTSET").equals("VALID") ? 0 : pads(axis, kernel.size());
    return stride * (size - 1)
        + value("output_padding", axis, 0)
        + (kernel.get(axis) - 1) * value("dilations", axis, 1)
        + 1
        - pads;
  }

  /** The shape of a pooling over all spatial dimensions. */
  static List<Long> global(List<Long> image) {
    List<Long> shape = new ArrayList<>(image.subList(0, Math.min(SPATIAL, image.size())));
    shape.addAll(Collections.nCopies(Math.max(0, image.size() - SPATIAL), 1L));
    return shape;
  }
}
