package org.grokfast.onnx.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The shapes of what several tensors make together: broadcasting, products, Einstein sums. */
final class Broadcasts {
  private Broadcasts() {}

  /** The shape that tensors broadcast to; -1 where a size stays open. */
  static Optional<List<Long>> of(List<Optional<List<Long>>> shapes) {
    List<Long> result = List.of();
    for (Optional<List<Long>> shape : shapes) {
      if (shape.isEmpty()) {
        return Optional.empty();
      }
      result = merged(result, shape.get());
    }
    return Optional.of(result);
  }

  static List<Long> merged(List<Long> a, List<Long> b) {
    List<Long> longer = a.size() >= b.size() ? a : b;
    List<Long> shorter = longer == a ? b : a;
    List<Long> merged = new ArrayList<>(longer);
    int offset = longer.size() - shorter.size();
    for (int i = 0; i < shorter.size(); i++) {
      long one = longer.get(offset + i);
      long other = shorter.get(i);
      long size = one == 1 ? other : one;
      // An open size beside a larger one than 1 is that one, or 1.
      merged.set(offset + i, size < 0 && other > 1 ? other : size);
    }
    return merged;
  }

  /** The shape of MatMul; operands of one dimension have it added in front or behind. */
  static Optional<List<Long>> product(List<Long> a, List<Long> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return Optional.empty();
    }
    List<Long> left = a.subList(0, Math.max(0, a.size() - 2));
    List<Long> right = b.subList(0, Math.max(0, b.size() - 2));
    List<Long> shape = new ArrayList<>(merged(left, right));
    if (a.size() > 1) {
      shape.add(a.get(a.size() - 2));
    }
    if (b.size() > 1) {
      shape.add(b.get(b.size() - 1));
    }
    return Optional.of(shape);
  }

  /** The shape of Einsum; empty where the equation has an ellipsis or doesn't fit. */
  static Optional<List<Long>> einsum(String equation, List<Optional<List<Long>>> shapes) {
    String[] sides = equation.replace(" ", "").split("->", -1);
    String[] terms = sides[0].split(",", -1);
    if (equation.contains(".") || terms.length != shapes.size()) {
      return Optional.empty();
    }
    Map<Character, Long> sizes = new HashMap<>();
    Map<Character, Integer> counts = new HashMap<>();
    for (int i = 0; i < terms.length; i++) {
      if (shapes.get(i).map(s -> s.size()).orElse(-1) != terms[i].length()) {
        return Optional.empty();
      }
      for (int axis = 0; axis < terms[i].length(); axis++) {
        char letter = terms[i].charAt(axis);
        counts.merge(letter, 1, Integer::sum);
        sizes.merge(letter, shapes.get(i).get().get(axis), Math::max);
      }
    }
    List<Character> letters = new ArrayList<>();
    if (sides.length > 1) {
      sides[1].chars().forEach(letter -> letters.add((char) letter));
    } else {
      counts.forEach(
          (letter, count) -> letters.addAll(Collections.nCopies(count == 1 ? 1 : 0, letter)));
      Collections.sort(letters);
    }
    return sizes.keySet().containsAll(letters)
        ? Optional.of(letters.stream().map(sizes::get).toList())
        : Optional.empty();
  }
}
