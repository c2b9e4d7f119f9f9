package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.List;
import org.grokfast.graph.NameAllocator;
import org.grokfast.onnx.graph.OnnxProvenance;
import org.grokfast.onnx.graph.Tensor;
import org.grokfast.onnx.graph.TensorValues;

/** Emits nodes, in order, for one place of a graph. Each carries where it comes from. */
public final class OnnxNodes {
  private final NameAllocator names;
  private final long opset;
  private final List<NodeProto> nodes = new ArrayList<>();

  /**
   * A list of nodes to be.
   *
   * @param names names that are free for nodes and tensors
   * @param opset the version of the default domain that the graph imports
   */
  public OnnxNodes(NameAllocator names, long opset) {
    this.names = names;
    this.opset = opset;
  }

  /** Another list with the same names and opset, for another place. */
  OnnxNodes elsewhere() {
    return new OnnxNodes(names, opset);
  }

  public List<NodeProto> nodes() {
    return nodes;
  }

  NameAllocator names() {
    return names;
  }

  long opset() {
    return opset;
  }

  /** A node whose only output has the node's name. */
  Node node(String path, String op) {
    return new Node(path, op);
  }

  /** A constant. */
  Tensor constant(String path, TensorProto value) {
    return node(path, "Constant").with("value", value).emit(type(value));
  }

  private static DataType type(TensorProto value) {
    return DataType.forNumber(value.getDataType());
  }

  /** The tensor in another type. */
  Tensor cast(String prefix, Tensor x, DataType type) {
    return x.type() == type
        ? x
        : node(prefix + "/Cast", "Cast").input(x).with("to", type.getNumber()).emit(type);
  }

  /** {@code x} with a new first dimension of size 1. */
  Tensor unsqueeze(String prefix, Tensor x) {
    return withAxes(prefix, node(prefix + "/Unsqueeze", "Unsqueeze").input(x), List.of(0L))
        .emit(x.type());
  }

  /** The one element of {@code x} as a scalar. */
  Tensor scalar(String prefix, Tensor x) {
    // Without axes it drops all dimensions of size 1, in every opset.
    return node(prefix + "/Squeeze", "Squeeze").input(x).emit(x.type());
  }

  /** The sums of {@code x} along some dimensions, which keep the size 1. */
  Tensor sum(String prefix, Tensor x, List<Long> axes) {
    return withAxes(prefix, node(prefix + "/ReduceSum", "ReduceSum").input(x), axes)
        .with("keepdims", 1)
        .emit(x.type());
  }

  /** The axes of a node became an input at opset 13. */
  private Node withAxes(String prefix, Node node, List<Long> axes) {
    return opset >= 13
        ? node.input(constant(prefix + "/axes", TensorValues.integers(axes)))
        : node.with("axes", axes);
  }

  /** A node in the making. */
  final class Node {
    private final NodeProto.Builder proto = NodeProto.newBuilder();
    private final String path;

    private Node(String path, String op) {
      this.path = path;
      proto.setOpType(op).addMetadataProps(OnnxProvenance.pass());
    }

    Node input(Tensor... inputs) {
      for (Tensor input : inputs) {
        proto.addInput(input.name());
      }
      return this;
    }

    Node in(String domain) {
      proto.setDomain(domain);
      return this;
    }

    Node with(String attribute, long value) {
      proto.addAttribute(attribute(attribute, AttributeProto.AttributeType.INT).setI(value));
      return this;
    }

    Node with(String attribute, List<Long> values) {
      proto.addAttribute(
          attribute(attribute, AttributeProto.AttributeType.INTS).addAllInts(values));
      return this;
    }

    Node with(String attribute, TensorProto value) {
      proto.addAttribute(attribute(attribute, AttributeProto.AttributeType.TENSOR).setT(value));
      return this;
    }

    Node with(String attribute, GraphProto value) {
      proto.addAttribute(attribute(attribute, AttributeProto.AttributeType.GRAPH).setG(value));
      return this;
    }

    private AttributeProto.Builder attribute(String name, AttributeProto.AttributeType type) {
      return AttributeProto.newBuilder().setName(name).setType(type);
    }

    Node remember(String key, String value) {
      proto.addMetadataProps(OnnxProvenance.entry(key, value));
      return this;
    }

    /** Adds the node, under a free name that is its output's as well. */
    Tensor emit(DataType type) {
      return emitAs(names.allocate(path), type);
    }

    /** Adds the node under a name that was allocated before. */
    Tensor emitAs(String name, DataType type) {
      nodes.add(proto.setName(name).addOutput(name).build());
      return new Tensor(name, type);
    }

    /** Adds the node with several outputs, all under names that were allocated before. */
    void emitAll(String name, List<String> outputs) {
      nodes.add(proto.setName(name).addAllOutput(outputs).build());
    }
  }
}
