package org.grokfast.onnx.next;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleBinaryOperator;
import org.grokfast.onnx.graph.OnnxGraph;

/** The values of single numbers that are constants of a graph. */
public final class Scalars {
  private static final int FARTHEST = 16;

  private final OnnxGraph graph;

  /** The constants of a graph. */
  public Scalars(OnnxGraph graph) {
    this.graph = graph;
  }

  /** The value of a tensor of one element that depends on no input; empty for any other. */
  public OptionalDouble of(String tensor) {
    return of(tensor, FARTHEST);
  }

  private OptionalDouble of(String tensor, int depth) {
    Optional<TensorProto> stored = graph.initializer(tensor);
    if (stored.isPresent()) {
      return of(stored.get());
    }
    Optional<Integer> producer = graph.producer(tensor);
    return producer.isEmpty() || depth == 0
        ? OptionalDouble.empty()
        : computed(graph.node(producer.get()), depth - 1);
  }

  private OptionalDouble computed(NodeProto node, int depth) {
    if (node.getOpType().equals("Constant")) {
      return constant(node);
    }
    if (node.getInputCount() == 0) {
      return OptionalDouble.empty();
    }
    return switch (node.getOpType()) {
      case "Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze" -> of(node.getInput(0), depth);
      case "Neg" -> pair(OptionalDouble.of(0), of(node.getInput(0), depth), (a, b) -> a - b);
      case "Add" -> pair(node, depth, Double::sum);
      case "Sub" -> pair(node, depth, (a, b) -> a - b);
      case "Mul" -> pair(node, depth, (a, b) -> a * b);
      case "Div" -> pair(node, depth, (a, b) -> a / b);
      default -> OptionalDouble.empty();
    };
  }

  private OptionalDouble pair(NodeProto node, int depth, DoubleBinaryOperator op) {
    return node.getInputCount() < 2
        ? OptionalDouble.empty()
        : pair(of(node.getInput(0), depth), of(node.getInput(1), depth), op);
  }

  private static OptionalDouble pair(OptionalDouble a, OptionalDouble b, DoubleBinaryOperator op) {
    return a.isPresent() && b.isPresent()
        ? OptionalDouble.of(op.applyAsDouble(a.getAsDouble(), b.getAsDouble()))
        : OptionalDouble.empty();
  }

  private static OptionalDouble constant(NodeProto node) {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getName().equals("value")) {
        return of(attribute.getT());
      }
      if (attribute.getName().equals("value_float")) {
        return OptionalDouble.of(attribute.getF());
      }
    }
    return OptionalDouble.empty();
  }

  private static OptionalDouble of(TensorProto tensor) {
    boolean single = tensor.getDimsList().stream().allMatch(size -> size == 1);
    ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (single && tensor.getDataType() == DataType.FLOAT_VALUE) {
      return raw.remaining() == Float.BYTES
          ? OptionalDouble.of(raw.getFloat())
          : tensor.getFloatDataList().stream().mapToDouble(Float::doubleValue).findFirst();
    }
    if (single && tensor.getDataType() == DataType.DOUBLE_VALUE) {
      return raw.remaining() == Double.BYTES
          ? OptionalDouble.of(raw.getDouble())
          : tensor.getDoubleDataList().stream().mapToDouble(Double::doubleValue).findFirst();
    }
    return OptionalDouble.empty();
  }
}
