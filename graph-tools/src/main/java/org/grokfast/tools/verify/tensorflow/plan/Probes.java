package org.grokfast.tools.verify.tensorflow.plan;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Makes tensors readable that no session can fetch: those of functions, and those of branches,
 * which are not there in a step that takes another branch. They are written to variables, which a
 * function shares with the main graph by their names.
 *
 * <pre>
 *   beside the update:    raw ──▶ AssignVariableOp(probe) ─ ─▶ update
 *                         probe ─ ─▶ one ──▶ AssignAddVariableOp(runs) ─ ─▶ update
 *   in the main graph:    ReadVariableOp(probe), ReadVariableOp(runs)
 * </pre>
 *
 * The number of runs tells whether the update was made in a step.
 */
final class Probes {
  private static final String ROOT = "grokfast_verify/probe/";

  private final GraphDef.Builder graph;
  private final List<String> init = new ArrayList<>();

  /** Probes to be put into a graph. */
  Probes(GraphDef rewritten) {
    graph = rewritten.toBuilder();
  }

  /**
   * A site that reads variables of the main graph in place of what it had.
   *
   * @param site the site, with tensors as the place of its filter spells them
   * @param filter the last node of its filter
   * @param type the type of the gradient
   * @param rows the type of the rows' numbers
   */
  VerifyPlan.Site probe(VerifyPlan.Site site, FilterNode filter, DataType type, DataType rows) {
    InsertionPoint place = InsertionPoint.of(graph, filter);
    String prefix = ROOT + init.size() + "/";
    String raw = written(place, prefix + "raw", site.raw(), type);
    String filtered = written(place, prefix + "filtered", place.filtered(), type);
    String indices =
        site.indices() == null ? null : written(place, prefix + "indices", site.indices(), rows);
    String rate = site.rate() == null ? null : written(place, prefix + "rate", site.rate(), type);
    return new VerifyPlan.Site(
        site.variable(),
        site.filter(),
        raw,
        filtered,
        site.precision(),
        site.shape(),
        indices,
        counted(place, prefix + "runs", prefix + "raw/write"),
        site.state(),
        rate);
  }

  /** The tensor of the main graph with what a tensor of some place held. */
  private String written(InsertionPoint place, String name, String tensor, DataType type) {
    String read = variable(place, name, type);
    place.add(
        node("AssignVariableOp", name + "/write", type)
            .addInput(place.output(name, "resource"))
            .addInput(tensor));
    place.update().addInput("^" + name + "/write");
    return read;
  }

  /** The tensor of the main graph with the number of times that a node has run. */
  private String counted(InsertionPoint place, String name, String counted) {
    String read = variable(place, name, DataType.DT_INT64);
    place.add(constant(name + "/one", 1).addInput("^" + counted));
    place.add(
        node("AssignAddVariableOp", name + "/add", DataType.DT_INT64)
            .addInput(place.output(name, "resource"))
            .addInput(place.output(name + "/one", "output")));
    place.update().addInput("^" + name + "/add");
    graph.addNode(constant(name + "/zero", 0));
    graph.addNode(
        node("AssignVariableOp", name + "/init", DataType.DT_INT64)
            .addInput(name)
            .addInput(name + "/zero"));
    init.add(name + "/init");
    return read;
  }

  /** A variable that some place shares with the main graph, and the tensor that reads it. */
  private String variable(InsertionPoint place, String name, DataType type) {
    NodeDef.Builder handle =
        node("VarHandleOp", name, type)
            .putAttr(
                "shape",
                AttrValue.newBuilder()
                    .setShape(TensorShapeProto.newBuilder().setUnknownRank(true))
                    .build())
            .putAttr(
                "shared_name", AttrValue.newBuilder().setS(ByteString.copyFromUtf8(name)).build());
    graph.addNode(handle);
    if (place.isFunction()) {
      place.add(handle);
    }
    graph.addNode(node("ReadVariableOp", name + "/read", type).addInput(name));
    return name + "/read";
  }

  private static NodeDef.Builder constant(String name, long value) {
    return node("Const", name, DataType.DT_INT64)
        .putAttr(
            "value",
            AttrValue.newBuilder()
                .setTensor(
                    TensorProto.newBuilder()
                        .setDtype(DataType.DT_INT64)
                        .setTensorShape(TensorShapeProto.getDefaultInstance())
                        .addInt64Val(value))
                .build());
  }

  private static NodeDef.Builder node(String op, String name, DataType type) {
    return NodeDef.newBuilder()
        .setOp(op)
        .setName(name)
        .putAttr("dtype", AttrValue.newBuilder().setType(type).build());
  }

  /** The nodes that set the numbers of runs to 0. */
  List<String> init() {
    return init;
  }

  /** The graph with all probes in it. */
  GraphDef graph() {
    return graph.build();
  }
}
