package org.grokfast.tools.verify.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A model in which all numbers of float32 are of float64. Whether the runtime has kernels for it is
 * seen when it is opened.
 */
final class DoublePrecision {
  /** Attributes that hold the number of an element type. */
  private static final Set<String> TYPES = Set.of("to", "dtype", "stash_type");

  private boolean possible = true;

  private DoublePrecision() {}

  /** The number of an element type in such a model. */
  static int type(int type) {
    return type == DataType.FLOAT_VALUE ? DataType.DOUBLE_VALUE : type;
  }

  /** The model in float64; empty where tensors lie outside of it. */
  static Optional<ModelProto> of(ModelProto model) {
    ModelProto.Builder result = model.toBuilder();
    DoublePrecision conversion = new DoublePrecision();
    conversion.convert(result);
    return conversion.possible ? Optional.of(result.build()) : Optional.empty();
  }

  private void convert(Message.Builder message) {
    if (message instanceof TensorProto.Builder tensor) {
      convert(tensor);
      return;
    }
    if (message instanceof TypeProto.Tensor.Builder type) {
      type.setElemType(type(type.getElemType()));
      return;
    }
    if (message instanceof NodeProto.Builder node) {
      node.getAttributeBuilderList().forEach(DoublePrecision::convert);
    }
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      if (field.getJavaType() != JavaType.MESSAGE) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          convert(message.getRepeatedFieldBuilder(field, i));
        }
      } else {
        convert(message.getFieldBuilder(field));
      }
    }
  }

  private static void convert(AttributeProto.Builder attribute) {
    if (TYPES.contains(attribute.getName())) {
      attribute.setI(type((int) attribute.getI()));
    } else if (attribute.getName().equals("value_float")) {
      ByteBuffer bytes = buffer(1).putDouble(attribute.getF());
      attribute
          .setName("value")
          .setType(AttributeType.TENSOR)
          .clearF()
          .setT(
              TensorProto.newBuilder()
                  .setDataType(DataType.DOUBLE_VALUE)
                  .setRawData(ByteString.copyFrom(bytes.flip())));
    }
  }

  private static ByteBuffer buffer(int elements) {
    return ByteBuffer.allocate(Double.BYTES * elements).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void convert(TensorProto.Builder tensor) {
    if (tensor.getDataType() != DataType.FLOAT_VALUE) {
      return;
    }
    if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
      possible = false;
      return;
    }
    ByteBuffer bytes;
    if (tensor.hasRawData()) {
      ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      bytes = buffer(raw.remaining() / Float.BYTES);
      while (raw.remaining() >= Float.BYTES) {
        bytes.putDouble(raw.getFloat());
      }
    } else {
      List<Float> values = tensor.getFloatDataList();
      bytes = buffer(values.size());
      values.forEach(bytes::putDouble);
    }
    tensor
        .setDataType(DataType.DOUBLE_VALUE)
        .clearFloatData()
        .setRawData(ByteString.copyFrom(bytes.flip()));
  }
}
