package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * The values of short lists of integers, as far as constants and fixed shapes give them: shapes and
 * axes are computed from them.
 */
final class IntegerValues {
  private static final int LONGEST = 64;

  private final Map<String, List<Long>> known = new HashMap<>();
  private final Function<String, TensorType> types;

  IntegerValues(Function<String, TensorType> types) {
    this.types = types;
  }

  Optional<List<Long>> of(String tensor) {
    return Optional.ofNullable(known.get(tensor));
  }

  void put(String name, TensorProto tensor) {
    TensorValues.integers(tensor).ifPresent(values -> known.put(name, values));
  }

  /** Computes what a node gives, if its inputs are known. */
  void infer(NodeProto node) {
    if (node.getOutputCount() > 0 && node.getDomain().isEmpty()) {
      value(node)
          .filter(values -> values.size() <= LONGEST)
          .ifPresent(values -> known.put(node.getOutput(0), values));
    }
  }

  private Optional<List<Long>> value(NodeProto node) {
    Attributes attributes = new Attributes(node);
    if (node.getOpType().equals("Constant")) {
      return attributes
          .integers("value_ints")
          .or(() -> attributes.of("value_int").map(a -> List.of(a.getI())))
          .or(() -> attributes.of("value").flatMap(a -> TensorValues.integers(a.getT())));
    }
    if (node.getInputCount() == 0) {
      return Optional.empty();
    }
    return switch (node.getOpType()) {
      case "Shape" -> shape(node, attributes);
      case "Size" -> types.apply(node.getInput(0)).fixedShape().map(s -> List.of(product(s)));
      case "Identity", "Cast", "Squeeze", "Unsqueeze", "Reshape" -> input(node, 0);
      case "Neg" -> input(node, 0).map(values -> values.stream().map(v -> -v).toList());
      case "Add" -> pairwise(node, Long::sum);
      case "Sub" -> pairwise(node, (a, b) -> a - b);
      case "Mul" -> pairwise(node, (a, b) -> a * b);
      case "Div" -> pairwise(node, (a, b) -> b == 0 ? null : (Long) (a / b));
      case "Mod" -> pairwise(node, (a, b) -> b == 0 ? null : (Long) Math.floorMod(a, b));
      case "Max" -> pairwise(node, Math::max);
      case "Min" -> pairwise(node, Math::min);
      case "Equal" -> pairwise(node, (a, b) -> a.equals(b) ? 1L : 0L);
      case "Where" -> chosen(node);
      case "ReduceProd" -> input(node, 0).map(values -> List.of(product(values)));
      case "Concat" -> joined(node);
      case "Gather" -> gathered(node);
      case "Slice" -> sliced(node, attributes);
      case "ConstantOfShape" -> filled(node, attributes);
      default -> Optional.empty();
    };
  }

  private Optional<List<Long>> input(NodeProto node, int index) {
    return index < node.getInputCount() ? of(node.getInput(index)) : Optional.empty();
  }

  private static long product(List<Long> sizes) {
    return sizes.stream().reduce(1L, (a, b) -> a * b);
  }

  private Optional<List<Long>> shape(NodeProto node, Attributes attributes) {
    Optional<List<Long>> whole = types.apply(node.getInput(0)).shape();
    if (whole.isEmpty()) {
      return Optional.empty();
    }
    int rank = whole.get().size();
    int from = clamped(attributes.integer("start", 0), rank);
    int to = clamped(attributes.integer("end", rank), rank);
    List<Long> part = from < to ? whole.get().subList(from, to) : List.of();
    return part.contains(-1L) ? Optional.empty() : Optional.of(part);
  }

  private static int clamped(long index, int size) {
    return (int) Math.max(0, Math.min(size, index < 0 ? index + size : index));
  }

  private Optional<List<Long>> pairwise(NodeProto node, BinaryOperator<Long> op) {
    Optional<List<Long>> a = input(node, 0);
    Optional<List<Long>> b = input(node, 1);
    if (a.isEmpty() || b.isEmpty() || node.getInputCount() != 2) {
      return Optional.empty();
    }
    int size = Math.max(a.get().size(), b.get().size());
    List<Long> result = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Optional<Long> left = at(a.get(), i, size);
      Optional<Long> right = at(b.get(), i, size);
      Long value = left.isPresent() && right.isPresent() ? op.apply(left.get(), right.get()) : null;
      if (value == null) {
        return Optional.empty();
      }
      result.add(value);
    }
    return Optional.of(result);
  }

  private static Optional<Long> at(List<Long> values, int index, int size) {
    if (values.size() == 1) {
      return Optional.of(values.get(0));
    }
    return values.size() == size ? Optional.of(values.get(index)) : Optional.empty();
  }

  private Optional<List<Long>> chosen(NodeProto node) {
    Optional<List<Long>> condition = input(node, 0);
    Optional<List<Long>> yes = input(node, 1);
    Optional<List<Long>> no = input(node, 2);
    if (condition.isEmpty() || yes.isEmpty() || no.isEmpty()) {
      return Optional.empty();
    }
    int size = Math.max(condition.get().size(), Math.max(yes.get().size(), no.get().size()));
    List<Long> result = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Optional<Long> test = at(condition.get(), i, size);
      Optional<Long> value =
          test.isEmpty() ? test : at(test.get() == 0 ? no.get() : yes.get(), i, size);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      result.add(value.get());
    }
    return Optional.of(result);
  }

  private Optional<List<Long>> joined(NodeProto node) {
    List<Long> all = new ArrayList<>();
    for (String input : node.getInputList()) {
      Optional<List<Long>> part = of(input);
      if (part.isEmpty()) {
        return part;
      }
      all.addAll(part.get());
    }
    return Optional.of(all);
  }

  private Optional<List<Long>> gathered(NodeProto node) {
    Optional<List<Long>> data = input(node, 0);
    Optional<List<Long>> indices = input(node, 1);
    if (data.isEmpty() || indices.isEmpty()) {
      return Optional.empty();
    }
    List<Long> result = new ArrayList<>();
    for (long index : indices.get()) {
      Optional<Integer> place = Attributes.axis(index, data.get().size());
      if (place.isEmpty()) {
        return Optional.empty();
      }
      result.add(data.get().get(place.get()));
    }
    return Optional.of(result);
  }

  private Optional<List<Long>> sliced(NodeProto node, Attributes attributes) {
    Optional<List<Long>> data = input(node, 0);
    Optional<List<Long>> starts = attributes.integers("starts").or(() -> input(node, 1));
    Optional<List<Long>> ends = attributes.integers("ends").or(() -> input(node, 2));
    boolean stepped = node.getInputCount() > 4 && !input(node, 4).equals(Optional.of(List.of(1L)));
    if (data.isEmpty()
        || stepped
        || starts.map(s -> s.size() != 1).orElse(true)
        || ends.map(s -> s.size() != 1).orElse(true)) {
      return Optional.empty();
    }
    int from = clamped(starts.get().get(0), data.get().size());
    int to = clamped(ends.get().get(0), data.get().size());
    return Optional.of(from < to ? data.get().subList(from, to) : List.of());
  }

  private Optional<List<Long>> filled(NodeProto node, Attributes attributes) {
    Optional<Long> value =
        attributes
            .of("value")
            .flatMap(a -> TensorValues.integers(a.getT()))
            .filter(values -> values.size() == 1)
            .map(values -> values.get(0));
    return input(node, 0)
        .filter(shape -> shape.size() == 1 && shape.get(0) >= 0 && shape.get(0) <= LONGEST)
        .flatMap(shape -> value.map(v -> Collections.nCopies(Math.toIntExact(shape.get(0)), v)));
  }
}
