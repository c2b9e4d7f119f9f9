package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What common ops say of their first output. */
final class ShapeRules {
  private static final Set<String> LIKE_FIRST =
      Set.of(
          "Identity",
          "Neg",
          "Abs",
          "Sqrt",
          "Exp",
          "Log",
          "Sign",
          "Tanh",
          "Sigmoid",
          "Relu",
          "Clip",
          "Reciprocal",
          "Softmax",
          "LogSoftmax",
          "Dropout",
          "Erf",
          "Floor",
          "Ceil",
          "Round",
          "Elu",
          "Selu",
          "LeakyRelu",
          "Softplus",
          "Gelu",
          "CumSum",
          "ScatterND",
          "ScatterElements");

  private static final Set<String> BROADCAST =
      Set.of("Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Sum", "Mean", "Mod");

  private final NodeProto node;
  private final List<TensorType> inputs;
  private final Function<String, Optional<List<Long>>> constants;

  private ShapeRules(
      NodeProto node, List<TensorType> inputs, Function<String, Optional<List<Long>>> constants) {
    this.node = node;
    this.inputs = inputs;
    this.constants = constants;
  }

  /**
   * The type of a node's first output.
   *
   * @param inputs the types of its inputs
   * @param constants the values of inputs that are constant lists of integers
   */
  static TensorType of(
      NodeProto node, List<TensorType> inputs, Function<String, Optional<List<Long>>> constants) {
    if (!node.getDomain().isEmpty() && !node.getDomain().equals("ai.onnx")) {
      return TensorType.UNKNOWN;
    }
    ShapeRules rules = new ShapeRules(node, inputs, constants);
    String op = node.getOpType();
    if (op.equals("Constant")) {
      return attribute(node, "value")
          .map(a -> TensorType.of(a.getT().getDataType(), a.getT().getDimsList()))
          .orElse(TensorType.UNKNOWN);
    }
    return inputs.isEmpty() ? TensorType.UNKNOWN : rules.output(op);
  }

  private TensorType output(String op) {
    TensorType first = inputs.get(0);
    if (LIKE_FIRST.contains(op)) {
      return first;
    }
    if (BROADCAST.contains(op)) {
      return new TensorType(first.type(), broadcast(inputs));
    }
    if (op.startsWith("Reduce")) {
      return new TensorType(first.type(), reduced(first));
    }
    return switch (op) {
      case "Cast" -> first.withType((int) integer("to", 0));
      case "Where" ->
          inputs.size() < 3
              ? TensorType.UNKNOWN
              : new TensorType(inputs.get(1).type(), broadcast(inputs));
      case "Less", "Greater", "Equal", "And", "Or", "LessOrEqual", "GreaterOrEqual" ->
          new TensorType(DataType.BOOL_VALUE, broadcast(inputs));
      case "Not", "IsNaN", "IsInf" -> first.withType(DataType.BOOL_VALUE);
      case "Transpose" -> new TensorType(first.type(), first.shape().flatMap(this::transposed));
      case "MatMul", "Gemm" -> new TensorType(first.type(), product(op.equals("Gemm")));
      case "Reshape" -> new TensorType(first.type(), reshaped(first));
      case "Expand" -> new TensorType(first.type(), constant(1));
      case "Squeeze", "Unsqueeze" -> new TensorType(first.type(), Optional.empty());
      default -> TensorType.UNKNOWN;
    };
  }

  private static Optional<List<Long>> broadcast(List<TensorType> inputs) {
    List<Long> result = new ArrayList<>();
    for (TensorType input : inputs) {
      Optional<List<Long>> shape = input.fixedShape();
      if (shape.isEmpty()) {
        return Optional.empty();
      }
      List<Long> longer = shape.get().size() > result.size() ? shape.get() : result;
      List<Long> shorter = longer == result ? shape.get() : result;
      List<Long> merged = new ArrayList<>(longer);
      int offset = longer.size() - shorter.size();
      for (int i = 0; i < shorter.size(); i++) {
        long a = longer.get(offset + i);
        long b = shorter.get(i);
        merged.set(offset + i, a == 1 ? b : a);
      }
      result = merged;
    }
    return Optional.of(result);
  }

  private Optional<List<Long>> transposed(List<Long> shape) {
    List<Long> order = attribute(node, "perm").map(AttributeProto::getIntsList).orElse(List.of());
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

  private Optional<List<Long>> product(boolean gemm) {
    if (inputs.size() < 2 || inputs.get(0).shape().isEmpty() || inputs.get(1).shape().isEmpty()) {
      return Optional.empty();
    }
    List<Long> a = inputs.get(0).shape().get();
    List<Long> b = inputs.get(1).shape().get();
    if (a.size() != 2 || b.size() != 2) {
      return Optional.empty();
    }
    long rows = a.get(gemm && integer("transA", 0) != 0 ? 1 : 0);
    long columns = b.get(gemm && integer("transB", 0) != 0 ? 0 : 1);
    return Optional.of(List.of(rows, columns));
  }

  private Optional<List<Long>> reduced(TensorType first) {
    Optional<List<Long>> shape = first.shape();
    List<Long> axes = attribute(node, "axes").map(AttributeProto::getIntsList).orElse(List.of());
    boolean asInput = node.getInputCount() > 1 && !node.getInput(1).isEmpty();
    if (asInput) {
      Optional<List<Long>> values = constant(1);
      if (values.isEmpty()) {
        return Optional.empty();
      }
      axes = values.get();
    }
    boolean keep = integer("keepdims", 1) != 0;
    if (axes.isEmpty() && (!keep || shape.isEmpty())) {
      return keep ? Optional.empty() : Optional.of(List.of());
    }
    if (shape.isEmpty()) {
      return Optional.empty();
    }
    int rank = shape.get().size();
    List<Long> result = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      boolean gone =
          axes.isEmpty() || axes.contains((long) axis) || axes.contains(axis - (long) rank);
      if (!gone) {
        result.add(shape.get().get(axis));
      } else if (keep) {
        result.add(1L);
      }
    }
    return Optional.of(result);
  }

  private Optional<List<Long>> reshaped(TensorType first) {
    Optional<List<Long>> wanted = constant(1);
    if (wanted.isEmpty() || integer("allowzero", 0) != 0) {
      return Optional.empty();
    }
    List<Long> result = new ArrayList<>(wanted.get());
    int open = result.indexOf(-1L);
    if (result.contains(0L) || (open >= 0 && first.fixedShape().isEmpty())) {
      return Optional.empty();
    }
    if (open >= 0) {
      long given = 1;
      for (long dimension : result) {
        given *= dimension < 0 ? 1 : dimension;
      }
      long total = first.fixedShape().orElseThrow().stream().reduce(1L, (x, y) -> x * y);
      result.set(open, given == 0 ? -1 : total / given);
    }
    return Optional.of(result);
  }

  private Optional<List<Long>> constant(int input) {
    return node.getInputCount() > input ? constants.apply(node.getInput(input)) : Optional.empty();
  }

  private long integer(String name, long otherwise) {
    return attribute(node, name).map(AttributeProto::getI).orElse(otherwise);
  }

  private static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
  }
}
