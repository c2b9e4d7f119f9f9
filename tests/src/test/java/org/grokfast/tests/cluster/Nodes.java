package org.grokfast.tests.cluster;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Builds a GraphDef of 32-bit floats node by node, each on a device. */
final class Nodes {
  private final GraphDef.Builder graph = GraphDef.newBuilder();
  private final NodeDef.Builder init = NodeDef.newBuilder().setName("init").setOp("NoOp");
  private String device = "";

  /** Where the nodes that follow are placed; nothing leaves it to TensorFlow. */
  Nodes on(String where) {
    device = where;
    return this;
  }

  /** Any node, to be completed by the caller. */
  NodeDef.Builder raw(String op, String name, String... inputs) {
    return graph
        .addNodeBuilder()
        .setName(name)
        .setOp(op)
        .setDevice(device)
        .addAllInput(Arrays.asList(inputs));
  }

  /** A node of floats with the attribute T alone. */
  String node(String op, String name, String... inputs) {
    raw(op, name, inputs).putAttr("T", floats());
    return name;
  }

  /** A constant of given numbers. */
  String constant(String name, long[] shape, float... numbers) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDtype(DataType.DT_FLOAT).setTensorShape(shapeProto(shape));
    for (float number : numbers) {
      tensor.addFloatVal(number);
    }
    raw("Const", name)
        .putAttr("dtype", floats())
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build());
    return name;
  }

  /** A constant of integers: a scalar, or a vector where there are several. */
  String integers(String name, int... numbers) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(DataType.DT_INT32);
    tensor.setTensorShape(
        numbers.length == 1 ? shapeProto() : shapeProto(new long[] {numbers.length}));
    for (int number : numbers) {
      tensor.addIntVal(number);
    }
    raw("Const", name)
        .putAttr("dtype", AttrValue.newBuilder().setType(DataType.DT_INT32).build())
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build());
    return name;
  }

  /** A scalar constant of 64 bits. */
  String integer64(String name, long number) {
    raw("Const", name)
        .putAttr("dtype", AttrValue.newBuilder().setType(DataType.DT_INT64).build())
        .putAttr(
            "value",
            AttrValue.newBuilder()
                .setTensor(
                    TensorProto.newBuilder()
                        .setDtype(DataType.DT_INT64)
                        .setTensorShape(shapeProto())
                        .addInt64Val(number))
                .build());
    return name;
  }

  /** A variable that {@code init} sets to numbers: of references or of resources. */
  void variable(boolean resource, String name, long[] shape, float... numbers) {
    raw(resource ? "VarHandleOp" : "VariableV2", name)
        .putAttr("dtype", floats())
        .putAttr("shape", AttrValue.newBuilder().setShape(shapeProto(shape)).build())
        .putAttr("container", text(""))
        .putAttr("shared_name", text(resource ? name : ""));
    constant(name + "/initial", shape, numbers);
    raw(resource ? "AssignVariableOp" : "Assign", name + "/assign", name, name + "/initial")
        .putAttr(resource ? "dtype" : "T", floats());
    init.addInput("^" + name + "/assign");
    if (resource) {
      raw("ReadVariableOp", name + "/read", name).putAttr("dtype", floats());
    } else {
      node("Identity", name + "/read", name);
    }
  }

  /** A node that runs others. */
  void group(String name, String... nodes) {
    raw("NoOp", name, Arrays.stream(nodes).map(node -> "^" + node).toArray(String[]::new));
  }

  GraphDef build() {
    return graph.clone().addNode(init).build();
  }

  static AttrValue floats() {
    return AttrValue.newBuilder().setType(DataType.DT_FLOAT).build();
  }

  static AttrValue text(String value) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)).build();
  }

  static AttrValue number(long value) {
    return AttrValue.newBuilder().setI(value).build();
  }

  static AttrValue bool(boolean value) {
    return AttrValue.newBuilder().setB(value).build();
  }

  static AttrValue shape(long... shape) {
    return AttrValue.newBuilder().setShape(shapeProto(shape)).build();
  }

  private static TensorShapeProto shapeProto(long... shape) {
    TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
    for (long size : shape) {
      proto.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return proto.build();
  }
}
