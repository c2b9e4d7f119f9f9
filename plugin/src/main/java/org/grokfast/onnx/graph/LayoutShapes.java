package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The shapes that ops give which move elements without computing: by the ONNX operator pages. */
final class LayoutShapes {
  private final NodeProto node;
  private final Attributes attributes;
  private final List<TensorType> inputs;
  private final Function<String, Optional<List<Long>>> constants;

  LayoutShapes(
      NodeProto node, List<TensorType> inputs, Function<String, Optional<List<Long>>> constants) {
    this.node = node;
    this.attributes = new Attributes(node);
    this.inputs = inputs;
    this.constants = constants;
  }

  Optional<List<Long>> constant(int input) {
    return node.getInputCount() > input ? constants.apply(node.getInput(input)) : Optional.empty();
  }

  private Optional<List<Long>> shape(int input) {
    return input < inputs.size() ? inputs.get(input).shape() : Optional.empty();
  }

  /** The integers of an attribute, or of the input that took its place in later opsets. */
  Optional<List<Long>> list(String attribute, int input) {
    return attributes.integers(attribute).or(() -> constant(input));
  }

  boolean hasInput(int input) {
    return node.getInputCount() > input && !node.getInput(input).isEmpty();
  }

  /** The shape of the first output; empty where it can't be told. */
  Optional<List<Long>> first() {
    return switch (node.getOpType()) {
      case "Transpose" -> shape(0).flatMap(this::transposed);
      case "Reshape" -> reshaped();
      case "Flatten" -> shape(0).flatMap(this::flattened);
      case "Expand" -> constant(1).flatMap(to -> shape(0).map(from -> Broadcasts.merged(from, to)));
      case "Squeeze" -> shape(0).flatMap(this::squeezed);
      case "Unsqueeze" -> shape(0).flatMap(this::unsqueezed);
      case "Concat" -> concatenated();
      case "Slice" -> shape(0).flatMap(this::sliced);
      case "Gather" -> gathered();
      case "GatherElements" -> shape(1);
      case "GatherND" -> gatheredByTuples();
      case "Pad" -> shape(0).flatMap(this::padded);
      case "Tile" -> shape(0).flatMap(this::tiled);
      case "OneHot" -> shape(0).flatMap(this::oneHot);
      case "ConstantOfShape" -> constant(0);
      case "Resize" -> constant(3).filter(sizes -> !sizes.isEmpty());
      default -> Optional.empty();
    };
  }

  private Optional<List<Long>> transposed(List<Long> shape) {
    List<Long> order = attributes.integers("perm").orElse(List.of());
    if (order.isEmpty()) {
      List<Long> reversed = new ArrayList<>(shape);
      Collections.reverse(reversed);
      return Optional.of(reversed);
    }
    List<Long> result = new ArrayList<>();
    for (long axis : order) {
      if (axis < 0 || axis >= shape.size()) {
        return Optional.empty();
      }
      result.add(shape.get((int) axis));
    }
    return Optional.of(result);
  }

  private Optional<List<Long>> reshaped() {
    Optional<List<Long>> wanted = list("shape", 1);
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    List<Long> result = new ArrayList<>(wanted.get());
    List<Long> from = shape(0).orElse(List.of());
    boolean copies = attributes.integer("allowzero", 0) == 0;
    for (int i = 0; i < result.size() && copies; i++) {
      if (result.get(i) == 0) {
        result.set(i, i < from.size() && from.get(i) >= 0 ? from.get(i) : -2);
      }
    }
    int open = result.indexOf(-1L);
    if (result.contains(-2L)) {
      result.replaceAll(size -> size < 0 ? -1 : size);
    } else if (open >= 0) {
      result.set(open, rest(from, result));
    }
    return Optional.of(result);
  }

  /** The size that is left open: what the other sizes leave of all elements; -1 where unknown. */
  private long rest(List<Long> from, List<Long> result) {
    if (shape(0).isEmpty() || from.contains(-1L)) {
      return -1;
    }
    long given = 1;
    for (long size : result) {
      given *= size < 0 ? 1 : size;
    }
    return given == 0 ? -1 : from.stream().reduce(1L, (a, b) -> a * b) / given;
  }

  private Optional<List<Long>> flattened(List<Long> shape) {
    long axis = attributes.integer("axis", 1);
    long at = axis < 0 ? axis + shape.size() : axis;
    if (at < 0 || at > shape.size()) {
      return Optional.empty();
    }
    return Optional.of(
        List.of(
            product(shape.subList(0, (int) at)), product(shape.subList((int) at, shape.size()))));
  }

  private static long product(List<Long> sizes) {
    return sizes.contains(-1L) ? -1 : sizes.stream().reduce(1L, (a, b) -> a * b);
  }

  private Optional<List<Long>> squeezed(List<Long> shape) {
    Optional<List<Long>> axes = list("axes", 1);
    if (axes.isEmpty() && (hasInput(1) || shape.contains(-1L))) {
      return Optional.empty();
    }
    List<Long> result = new ArrayList<>();
    for (int axis = 0; axis < shape.size(); axis++) {
      boolean gone =
          axes.map(List::isEmpty).orElse(true)
              ? shape.get(axis) == 1
              : contains(axes.get(), axis, shape.size());
      if (!gone) {
        result.add(shape.get(axis));
      }
    }
    return Optional.of(result);
  }

  static boolean contains(List<Long> axes, int axis, int rank) {
    return axes.contains((long) axis) || axes.contains((long) axis - rank);
  }

  private Optional<List<Long>> unsqueezed(List<Long> shape) {
    Optional<List<Long>> axes = list("axes", 1);
    if (axes.isEmpty()) {
      return Optional.empty();
    }
    int rank = shape.size() + axes.get().size();
    Set<Integer> added = new TreeSet<>();
    for (long axis : axes.get()) {
      Attributes.axis(axis, rank).ifPresent(added::add);
    }
    if (added.size() != axes.get().size()) {
      return Optional.empty();
    }
    List<Long> result = new ArrayList<>(shape);
    added.forEach(axis -> result.add(axis, 1L));
    return Optional.of(result);
  }

  private Optional<List<Long>> concatenated() {
    Optional<Integer> axis =
        shape(0).flatMap(s -> Attributes.axis(attributes.integer("axis", 0), s.size()));
    if (axis.isEmpty()) {
      return Optional.empty();
    }
    List<Long> result = new ArrayList<>(shape(0).orElseThrow());
    for (int i = 1; i < inputs.size(); i++) {
      if (shape(i).map(s -> s.size() != result.size()).orElse(true)) {
        return Optional.empty();
      }
      List<Long> next = shape(i).get();
      for (int d = 0; d < result.size(); d++) {
        if (d == axis.get()) {
          result.set(d, result.get(d) < 0 || next.get(d) < 0 ? -1 : result.get(d) + next.get(d));
        } else {
          result.set(d, Math.max(result.get(d), next.get(d)));
        }
      }
    }
    return Optional.of(result);
  }

  private Optional<List<Long>> sliced(List<Long> shape) {
    Optional<List<Long>> starts = list("starts", 1);
    Optional<List<Long>> ends = list("ends", 2);
    Optional<List<Long>> axes = list("axes", 3);
    Optional<List<Long>> steps = constant(4);
    List<Long> result = new ArrayList<>(shape);
    if (axes.isEmpty() && hasInput(3)) {
      return Optional.empty();
    }
    int count = axes.or(() -> starts).or(() -> ends).map(List::size).orElse(-1);
    boolean fits =
        List.of(starts, ends, steps).stream()
            .flatMap(Optional::stream)
            .allMatch(values -> values.size() == count);
    if (count < 0 || !fits) {
      return Optional.empty();
    }
    for (int i = 0; i < count; i++) {
      Optional<Integer> axis =
          Attributes.axis(axes.isPresent() ? axes.get().get(i) : i, shape.size());
      if (axis.isEmpty()) {
        return Optional.empty();
      }
      long step = steps.isPresent() ? steps.get().get(i) : hasInput(4) ? 0 : 1;
      boolean known = starts.isPresent() && ends.isPresent() && step != 0;
      long size = shape.get(axis.get());
      result.set(
          axis.get(),
          known && size >= 0 ? length(size, starts.get().get(i), ends.get().get(i), step) : -1);
    }
    return Optional.of(result);
  }

  private static long length(long size, long start, long end, long step) {
    long least = step > 0 ? 0 : -1;
    long most = step > 0 ? size : size - 1;
    long from = Math.max(least, Math.min(most, start < 0 ? start + size : start));
    long to = Math.max(least, Math.min(most, end < 0 ? end + size : end));
    return Math.max(0, step > 0 ? (to - from + step - 1) / step : (from - to - step - 1) / -step);
  }

  private Optional<List<Long>> gathered() {
    Optional<List<Long>> data = shape(0);
    Optional<List<Long>> indices = shape(1);
    Optional<Integer> axis =
        data.flatMap(s -> Attributes.axis(attributes.integer("axis", 0), s.size()));
    if (axis.isEmpty() || indices.isEmpty()) {
      return Optional.empty();
    }
    List<Long> result = new ArrayList<>(data.get().subList(0, axis.get()));
    result.addAll(indices.get());
    result.addAll(data.get().subList(axis.get() + 1, data.get().size()));
    return Optional.of(result);
  }

  private Optional<List<Long>> gatheredByTuples() {
    Optional<List<Long>> data = shape(0);
    Optional<List<Long>> indices = shape(1);
    if (data.isEmpty() || indices.isEmpty() || indices.get().isEmpty()) {
      return Optional.empty();
    }
    int last = indices.get().size() - 1;
    long from = attributes.integer("batch_dims", 0) + indices.get().get(last);
    if (indices.get().get(last) < 0 || from > data.get().size()) {
      return Optional.empty();
    }
    List<Long> result = new ArrayList<>(indices.get().subList(0, last));
    result.addAll(data.get().subList((int) from, data.get().size()));
    return Optional.of(result);
  }

  private Optional<List<Long>> padded(List<Long> shape) {
    Optional<List<Long>> pads = list("pads", 1);
    Optional<List<Long>> axes = constant(3);
    int count = axes.map(List::size).orElse(shape.size());
    if (pads.isEmpty() || (axes.isEmpty() && hasInput(3)) || pads.get().size() != 2 * count) {
      return Optional.empty();
    }
    List<Long> result = new ArrayList<>(shape);
    for (int i = 0; i < count; i++) {
      Optional<Integer> axis =
          Attributes.axis(axes.isPresent() ? axes.get().get(i) : i, shape.size());
      if (axis.isEmpty()) {
        return Optional.empty();
      }
      long size = shape.get(axis.get());
      result.set(axis.get(), size < 0 ? -1 : size + pads.get().get(i) + pads.get().get(i + count));
    }
    return Optional.of(result);
  }

  private Optional<List<Long>> tiled(List<Long> shape) {
    Optional<List<Long>> repeats = constant(1);
    if (repeats.map(r -> r.size() != shape.size()).orElse(true)) {
      return Optional.empty();
    }
    List<Long> result = new ArrayList<>();
    for (int i = 0; i < shape.size(); i++) {
      result.add(shape.get(i) < 0 ? -1 : shape.get(i) * repeats.get().get(i));
    }
    return Optional.of(result);
  }

  private Optional<List<Long>> oneHot(List<Long> indices) {
    long axis = attributes.integer("axis", -1);
    Optional<Integer> at = Attributes.axis(axis, indices.size() + 1);
    if (at.isEmpty()) {
      return Optional.empty();
    }
    List<Long> result = new ArrayList<>(indices);
    result.add(
        at.get(), constant(1).filter(depth -> depth.size() == 1).map(d -> d.get(0)).orElse(-1L));
    return Optional.of(result);
  }

  /** The shapes of all parts of Split; empty where they can't be told. */
  Optional<List<List<Long>>> parts() {
    Optional<Integer> axis =
        shape(0).flatMap(s -> Attributes.axis(attributes.integer("axis", 0), s.size()));
    Optional<List<Long>> sizes = list("split", 1);
    int count = node.getOutputCount();
    if (axis.isEmpty() || sizes.map(s -> s.size() != count).orElse(hasInput(1))) {
      return Optional.empty();
    }
    long size = shape(0).orElseThrow().get(axis.get());
    long each = (size + count - 1) / count;
    List<List<Long>> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Long> part = new ArrayList<>(shape(0).orElseThrow());
      long even = size < 0 ? -1 : Math.max(0, Math.min(each, size - i * each));
      part.set(axis.get(), sizes.isPresent() ? sizes.get().get(i) : even);
      parts.add(part);
    }
    return Optional.of(parts);
  }
}
