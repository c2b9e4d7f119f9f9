package org.grokfast.tests;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Builds small GraphDefs node by node, without TensorFlow's native library. */
public final class GraphBuilder {
  private final GraphDef.Builder graph = GraphDef.newBuilder();
  private final NodeDef.Builder init = NodeDef.newBuilder().setName("Init").setOp("NoOp");

  /** Any node, to be completed by the caller. */
  public NodeDef.Builder node(String op, String name, String... inputs) {
    return graph.addNodeBuilder().setName(name).setOp(op).addAllInput(Arrays.asList(inputs));
  }

  /** A reference variable that starts as zeros. */
  public GraphBuilder variable(String name, DataType type, long... shape) {
    node("VariableV2", name)
        .putAttr("dtype", type(type))
        .putAttr("shape", shape(shape))
        .putAttr("container", string(""))
        .putAttr("shared_name", string(""));
    return initial("Assign", name, type, shape);
  }

  /** A resource variable that starts as zeros. */
  public GraphBuilder resource(String name, DataType type, long... shape) {
    node("VarHandleOp", name)
        .putAttr("dtype", type(type))
        .putAttr("shape", shape(shape))
        .putAttr("container", string(""))
        .putAttr("shared_name", string(name));
    return initial("AssignVariableOp", name, type, shape);
  }

  private GraphBuilder initial(String assign, String name, DataType type, long... shape) {
    constant(name + "/zero", type, 0, shape);
    node(assign, name + "/Assign", name, name + "/zero")
        .putAttr(assign.equals("Assign") ? "T" : "dtype", type(type));
    init.addInput("^" + name + "/Assign");
    return this;
  }

  /** A constant of one repeated value. */
  public GraphBuilder constant(String name, DataType type, double value, long... shape) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(type);
    tensor.setTensorShape(shapeProto(shape));
    switch (type) {
      case DT_HALF, DT_BFLOAT16 -> tensor.addHalfVal(upperBits(type, value));
      case DT_FLOAT -> tensor.addFloatVal((float) value);
      case DT_DOUBLE -> tensor.addDoubleVal(value);
      case DT_INT32 -> tensor.addIntVal((int) value);
      case DT_INT64 -> tensor.addInt64Val((long) value);
      case DT_COMPLEX64 -> tensor.addScomplexVal((float) value).addScomplexVal(0);
      default -> throw new IllegalArgumentException("no constants of " + type);
    }
    node("Const", name)
        .putAttr("dtype", type(type))
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build());
    return this;
  }

  /** The bits of 0 and of 1 and of powers of two near it, which is all that is needed. */
  private static int upperBits(DataType type, double value) {
    if (value == 0) {
      return 0;
    }
    int exponent = Math.getExponent(value);
    if (value != Math.scalb(1.0, exponent)) {
      throw new IllegalArgumentException(value + " is no power of two");
    }
    return type == DataType.DT_HALF ? (exponent + 15) << 10 : (exponent + 127) << 7;
  }

  public GraphBuilder placeholder(String name, DataType type, long... shape) {
    node("Placeholder", name).putAttr("dtype", type(type)).putAttr("shape", shape(shape));
    return this;
  }

  /** Gradient descent with rate 0.125 on a variable of this builder. */
  public GraphBuilder descent(String variable, String gradient, DataType type) {
    constant(variable + "/rate", type, 0.125);
    node("ApplyGradientDescent", variable + "/apply", variable, variable + "/rate", gradient)
        .putAttr("T", type(type));
    return this;
  }

  /** The same on a resource variable. */
  public GraphBuilder resourceDescent(String variable, String gradient, DataType type) {
    constant(variable + "/rate", type, 0.125);
    node(
            "ResourceApplyGradientDescent",
            variable + "/apply",
            variable,
            variable + "/rate",
            gradient)
        .putAttr("T", type(type));
    return this;
  }

  /** A node that runs others. */
  public GraphBuilder group(String name, String... nodes) {
    node("NoOp", name, Arrays.stream(nodes).map(n -> "^" + n).toArray(String[]::new));
    return this;
  }

  /** The graph, with an initializer where there are variables. */
  public GraphDef build() {
    GraphDef.Builder result = graph.clone();
    if (init.getInputCount() > 0) {
      result.addNode(init);
    }
    return result.build();
  }

  /** One variable {@code w} of some elements, its gradient a placeholder {@code g}. */
  public static GraphBuilder single(DataType type, long... shape) {
    return new GraphBuilder()
        .variable("w", type, shape)
        .placeholder("g", type, shape)
        .descent("w", "g", type)
        .group("train", "w/apply");
  }

  public static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  public static AttrValue types(DataType... types) {
    return AttrValue.newBuilder()
        .setList(AttrValue.ListValue.newBuilder().addAllType(List.of(types)))
        .build();
  }

  public static AttrValue string(String value) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)).build();
  }

  public static AttrValue shape(long... shape) {
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
