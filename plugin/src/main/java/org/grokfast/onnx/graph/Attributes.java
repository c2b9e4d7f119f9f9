package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Optional;

/**
 * The attributes of a node.
 *
 * @param node the node
 */
record Attributes(NodeProto node) {

  Optional<AttributeProto> of(String name) {
    return node.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
  }

  long integer(String name, long otherwise) {
    return of(name).map(AttributeProto::getI).orElse(otherwise);
  }

  /** A list of integers; empty where there is none. */
  Optional<List<Long>> integers(String name) {
    return of(name).map(AttributeProto::getIntsList);
  }

  String text(String name, String otherwise) {
    return of(name).map(a -> a.getS().toStringUtf8()).orElse(otherwise);
  }

  /** An axis that may be counted from the end; empty where there is none of that number. */
  static Optional<Integer> axis(long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    return counted < 0 || counted >= rank ? Optional.empty() : Optional.of((int) counted);
  }
}
