package org.grokfast.tensorflow.nodes;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.OpDef;

/** A function in two parts: the nodes of its body, and all else. Immutable. */
public final class FunctionParts {
  private final NodeList nodes;
  private final FunctionDef declaration;
  private long size;

  FunctionParts(NodeList nodes, FunctionDef declaration) {
    this.nodes = nodes;
    this.declaration = declaration;
  }

  /** The parts of a function. */
  public static FunctionParts of(FunctionDef function) {
    return new FunctionParts(
        NodeList.of(function.getNodeDefList()), function.toBuilder().clearNodeDef().build());
  }

  /** The name. */
  public String name() {
    return declaration.getSignature().getName();
  }

  /** The arguments and outputs. */
  public OpDef signature() {
    return declaration.getSignature();
  }

  /** The function without its nodes: signature, what is returned, attributes. */
  public FunctionDef declaration() {
    return declaration;
  }

  /** The nodes of the body. */
  public NodeList nodes() {
    return nodes;
  }

  /** The same function with another body. */
  public FunctionParts withNodes(NodeList body) {
    return new FunctionParts(body, declaration);
  }

  /** The function as one message. */
  public FunctionDef functionDef() {
    return declaration.toBuilder().addAllNodeDef(nodes).build();
  }

  private Surroundings around() {
    return Surroundings.of(declaration, FunctionDef.NODE_DEF_FIELD_NUMBER);
  }

  /** The length in binary form, which is kept: every message around this one asks for it. */
  synchronized long serializedSize() {
    if (size == 0) {
      size = around().serializedSize() + nodes.serializedSize(FunctionDef.NODE_DEF_FIELD_NUMBER);
    }
    return size;
  }

  void writeTo(CodedOutputStream out) throws IOException {
    around().writeTo(out, middle -> nodes.writeTo(middle, FunctionDef.NODE_DEF_FIELD_NUMBER));
  }
}
