package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a tensor before anything runs.
 *
 * @param type the number of its element type; 0 where it is unknown
 * @param shape its dimensions, -1 where one is unknown; empty where their number is unknown
 */
public record TensorType(int type, Optional<List<Long>> shape) {
  public static final TensorType UNKNOWN = new TensorType(0, Optional.empty());

  public static TensorType of(int type, List<Long> shape) {
    return new TensorType(type, Optional.of(List.copyOf(shape)));
  }

  public static TensorType of(TypeProto proto) {
    TypeProto.Tensor tensor = proto.getTensorType();
    if (!proto.hasTensorType() || !tensor.hasShape()) {
      return new TensorType(tensor.getElemType(), Optional.empty());
    }
    List<Long> shape = new ArrayList<>();
    for (TensorShapeProto.Dimension dimension : tensor.getShape().getDimList()) {
      shape.add(dimension.hasDimValue() ? Math.max(-1, dimension.getDimValue()) : -1);
    }
    return of(tensor.getElemType(), shape);
  }

  /** The dimensions, if all are known. */
  public Optional<List<Long>> fixedShape() {
    return shape.filter(dims -> dims.stream().allMatch(d -> d >= 0));
  }

  /** Whether the element type and all dimensions are known. */
  public boolean isStated() {
    return type != 0 && fixedShape().isPresent();
  }

  /** Whether it has one element, whatever its dimensions. */
  public boolean isSingle() {
    return fixedShape().map(dims -> dims.stream().allMatch(d -> d == 1)).orElse(false);
  }

  public TensorType withType(int other) {
    return new TensorType(other, shape);
  }

  /** What both know together; where they differ, what this one says. */
  public TensorType or(TensorType other) {
    return new TensorType(
        type == 0 ? other.type : type,
        fixedShape().or(other::fixedShape).or(() -> shape).or(other::shape));
  }
}
