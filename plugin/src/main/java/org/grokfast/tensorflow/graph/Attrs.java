package org.grokfast.tensorflow.graph;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Attribute values of nodes. */
public final class Attrs {
  private Attrs() {}

  public static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  public static AttrValue types(List<DataType> types) {
    return AttrValue.newBuilder()
        .setList(AttrValue.ListValue.newBuilder().addAllType(types))
        .build();
  }

  public static AttrValue bool(boolean value) {
    return AttrValue.newBuilder().setB(value).build();
  }

  public static AttrValue integer(long value) {
    return AttrValue.newBuilder().setI(value).build();
  }

  public static AttrValue string(String value) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)).build();
  }

  public static AttrValue strings(List<String> values) {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    values.forEach(value -> list.addS(ByteString.copyFromUtf8(value)));
    return AttrValue.newBuilder().setList(list).build();
  }

  public static AttrValue shape(List<Long> dimensions) {
    return AttrValue.newBuilder().setShape(shapeProto(dimensions)).build();
  }

  public static AttrValue scalar(double value) {
    return tensor(DataType.DT_DOUBLE, List.of(), bytes(8).putDouble(value));
  }

  public static AttrValue scalar(long value) {
    return tensor(DataType.DT_INT64, List.of(), bytes(8).putLong(value));
  }

  /** A zero of a floating-point type. */
  public static AttrValue zero(DataType type) {
    return tensor(type, List.of(), bytes(DataTypes.bytes(type)));
  }

  public static AttrValue vector(List<Long> values) {
    ByteBuffer buffer = bytes(8 * values.size());
    values.forEach(buffer::putLong);
    return tensor(DataType.DT_INT64, List.of((long) values.size()), buffer);
  }

  public static AttrValue stringVector(List<String> values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_STRING)
            .setTensorShape(shapeProto(List.of((long) values.size())));
    values.forEach(value -> tensor.addStringVal(ByteString.copyFromUtf8(value)));
    return AttrValue.newBuilder().setTensor(tensor).build();
  }

  public static AttrValue stringScalar(String value) {
    return AttrValue.newBuilder()
        .setTensor(
            TensorProto.newBuilder()
                .setDtype(DataType.DT_STRING)
                .setTensorShape(shapeProto(List.of()))
                .addStringVal(ByteString.copyFromUtf8(value)))
        .build();
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static AttrValue tensor(DataType type, List<Long> dimensions, ByteBuffer content) {
    return AttrValue.newBuilder()
        .setTensor(
            TensorProto.newBuilder()
                .setDtype(type)
                .setTensorShape(shapeProto(dimensions))
                .setTensorContent(ByteString.copyFrom(content.rewind())))
        .build();
  }

  private static TensorShapeProto shapeProto(List<Long> dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    dimensions.forEach(size -> shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size)));
    return shape.build();
  }
}
