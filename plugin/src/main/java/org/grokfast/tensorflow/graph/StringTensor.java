package org.grokfast.tensorflow.graph;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * The constant vectors of strings by which savers name what they save. Python writes the strings
 * one by one; TensorFlow itself writes the lengths of all and then their bytes, but a single string
 * as Python does.
 */
public final class StringTensor {
  private static final String VALUE = "value";

  private StringTensor() {}

  /** The strings of a constant; empty where the node is no constant vector of strings. */
  public static Optional<List<ByteString>> of(NodeDef node) {
    TensorProto tensor = node.getAttrOrDefault(VALUE, AttrValue.getDefaultInstance()).getTensor();
    if (!node.getOp().equals("Const")
        || tensor.getDtype() != DataType.DT_STRING
        || tensor.getTensorShape().getDimCount() != 1) {
      return Optional.empty();
    }
    long count = tensor.getTensorShape().getDim(0).getSize();
    List<ByteString> values =
        isPacked(tensor) ? unpacked(tensor.getTensorContent(), count) : tensor.getStringValList();
    return values.size() == count ? Optional.of(List.copyOf(values)) : Optional.empty();
  }

  private static boolean isPacked(TensorProto tensor) {
    return !tensor.getTensorContent().isEmpty();
  }

  /** The strings; fewer than counted where the bytes say something else. */
  private static List<ByteString> unpacked(ByteString content, long count) {
    List<ByteString> values = new ArrayList<>();
    CodedInputStream in = content.newCodedInput();
    try {
      List<Integer> sizes = new ArrayList<>();
      for (long i = 0; i < count; i++) {
        sizes.add(in.readUInt32());
      }
      int at = in.getTotalBytesRead();
      for (int size : sizes) {
        values.add(content.substring(at, Math.addExact(at, size)));
        at += size;
      }
      return at == content.size() ? values : List.of();
    } catch (IOException | IndexOutOfBoundsException | ArithmeticException e) {
      return List.of();
    }
  }

  /** The constant with other strings, written as TensorFlow would have written them. */
  public static NodeDef with(NodeDef constant, List<ByteString> values) {
    NodeDef.Builder node = constant.toBuilder();
    TensorProto before = node.getAttrOrThrow(VALUE).getTensor();
    TensorProto.Builder tensor = before.toBuilder().clearTensorContent().clearStringVal();
    tensor.getTensorShapeBuilder().getDimBuilder(0).setSize(values.size());
    if (isPacked(before) && values.size() > 1) {
      tensor.setTensorContent(packed(values));
    } else {
      tensor.addAllStringVal(values);
    }
    return node.putAttr(VALUE, AttrValue.newBuilder().setTensor(tensor).build()).build();
  }

  private static ByteString packed(List<ByteString> values) {
    ByteString.Output bytes = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      for (ByteString value : values) {
        out.writeUInt32NoTag(value.size());
      }
      for (ByteString value : values) {
        out.writeRawBytes(value);
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteString();
  }
}
