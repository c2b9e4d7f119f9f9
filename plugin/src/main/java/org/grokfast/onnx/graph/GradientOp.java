package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;

/**
 * ONNX's own op for gradients: an output for each name of its attribute {@code xs}, the gradient of
 * what its attribute {@code y} names.
 */
public final class GradientOp {
  /** ONNX's own domain for training. */
  public static final String DOMAIN = "ai.onnx.preview.training";

  private static final String NAME = "Gradient";

  private GradientOp() {}

  /** Whether a node is one. */
  public static boolean is(NodeProto node) {
    return node.getOpType().equals(NAME) && node.getDomain().equals(DOMAIN);
  }

  /** The tensor whose gradients it gives, which is none of its inputs. */
  public static Optional<String> of(NodeProto node) {
    return is(node)
        ? attribute(node, "y").map(y -> y.getS().toStringUtf8()).filter(y -> !y.isEmpty())
        : Optional.empty();
  }

  /** What its gradients are with respect to, in the order of its outputs. */
  public static List<String> arguments(NodeProto node) {
    List<ByteString> names =
        attribute(node, "xs").map(AttributeProto::getStringsList).orElse(List.of());
    return names.stream().limit(node.getOutputCount()).map(ByteString::toStringUtf8).toList();
  }

  private static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
  }
}
