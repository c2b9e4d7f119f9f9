package org.grokfast.tests.scale;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** A training graph of resource variables of any size; it is never run. */
final class LargeGraph {
  private static final AttrValue FLOAT = AttrValue.newBuilder().setType(DataType.DT_FLOAT).build();

  private final GraphDef.Builder graph = GraphDef.newBuilder();
  private final List<String> updates = new ArrayList<>();
  private final List<String> initial = new ArrayList<>();

  LargeGraph() {
    scalar("rate");
    scalar("momentum");
  }

  private NodeDef.Builder node(String op, String name, String... inputs) {
    return graph.addNodeBuilder().setName(name).setOp(op).addAllInput(Arrays.asList(inputs));
  }

  private void scalar(String name) {
    TensorProto.Builder value = TensorProto.newBuilder().setDtype(DataType.DT_FLOAT).addFloatVal(1);
    value.setTensorShape(TensorShapeProto.getDefaultInstance());
    node("Const", name)
        .putAttr("dtype", FLOAT)
        .putAttr("value", AttrValue.newBuilder().setTensor(value).build());
  }

  private void variable(String name, String device, long... shape) {
    node("VarHandleOp", name)
        .setDevice(device)
        .putAttr("dtype", FLOAT)
        .putAttr("shape", shape(shape))
        .putAttr("shared_name", AttrValue.newBuilder().setS(ByteString.copyFromUtf8(name)).build());
    placeholder(name + "/initial", DataType.DT_FLOAT, shape);
    node("AssignVariableOp", name + "/Assign", name, name + "/initial")
        .setDevice(device)
        .putAttr("dtype", FLOAT);
    initial.add("^" + name + "/Assign");
  }

  private void placeholder(String name, DataType type, long... shape) {
    node("Placeholder", name)
        .putAttr("dtype", AttrValue.newBuilder().setType(type).build())
        .putAttr("shape", shape(shape));
  }

  /** A variable with a dense gradient, and momentum. */
  LargeGraph dense(String name, String device, long... shape) {
    variable(name, device, shape);
    variable(name + "/Momentum", device, shape);
    placeholder(name + "/gradient", DataType.DT_FLOAT, shape);
    return update(
        node(
                "ResourceApplyMomentum",
                name + "/apply",
                name,
                name + "/Momentum",
                "rate",
                name + "/gradient",
                "momentum")
            .setDevice(device));
  }

  /** An embedding whose gradient is of some rows, which numbers of a type name. */
  LargeGraph sparse(String name, String device, DataType numbers, long... shape) {
    variable(name, device, shape);
    variable(name + "/Momentum", device, shape);
    long[] rows = shape.clone();
    rows[0] = 64;
    placeholder(name + "/gradient", DataType.DT_FLOAT, rows);
    placeholder(name + "/rows", numbers, 64);
    return update(
        node(
                "ResourceSparseApplyMomentum",
                name + "/apply",
                name,
                name + "/Momentum",
                "rate",
                name + "/gradient",
                name + "/rows",
                "momentum")
            .setDevice(device)
            .putAttr("Tindices", AttrValue.newBuilder().setType(numbers).build()));
  }

  private LargeGraph update(NodeDef.Builder apply) {
    apply.putAttr("T", FLOAT);
    updates.add("^" + apply.getName());
    return this;
  }

  GraphDef build() {
    GraphDef.Builder whole = graph.clone();
    whole.addNodeBuilder().setName("train").setOp("NoOp").addAllInput(updates);
    whole.addNodeBuilder().setName("init").setOp("NoOp").addAllInput(initial);
    return whole.build();
  }

  private static AttrValue shape(long... shape) {
    TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
    for (long size : shape) {
      proto.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return AttrValue.newBuilder().setShape(proto).build();
  }
}
