package org.grokfast.tensorflow.graph;

import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** Graphs with functions, small enough to be written down. */
public final class FunctionGraphs {
  /** An update of argument v by plain gradient descent. */
  public static final FunctionDef UPDATE =
      function(
          "update",
          List.of("v"),
          node("rate", "Const"),
          node("gradient", "Const"),
          node("apply", "ResourceApplyGradientDescent", "v", "rate:output:0", "gradient:output:0"));

  private FunctionGraphs() {}

  /** A resource variable of two floats. */
  public static NodeDef variable(String name) {
    return node(name, "VarHandleOp").toBuilder()
        .putAttr("dtype", Attrs.type(DataType.DT_FLOAT))
        .putAttr("shape", Attrs.shape(List.of(2L)))
        .putAttr("shared_name", Attrs.string(name))
        .build();
  }

  public static NodeDef node(String name, String op, String... inputs) {
    return NodeDef.newBuilder().setName(name).setOp(op).addAllInput(List.of(inputs)).build();
  }

  public static NodeDef call(String name, String function, String... inputs) {
    return calling(node(name, "StatefulPartitionedCall", inputs), Map.of("f", function));
  }

  /** The node with attributes that name functions. */
  public static NodeDef calling(NodeDef node, Map<String, String> functions) {
    NodeDef.Builder builder = node.toBuilder();
    functions.forEach(
        (attribute, function) ->
            builder.putAttr(
                attribute,
                AttrValue.newBuilder()
                    .setFunc(NameAttrList.newBuilder().setName(function))
                    .build()));
    return builder.build();
  }

  /** A function of resources that returns nothing. */
  public static FunctionDef function(String name, List<String> resources, NodeDef... nodes) {
    OpDef.Builder signature = OpDef.newBuilder().setName(name).setIsStateful(true);
    resources.forEach(
        argument -> signature.addInputArgBuilder().setName(argument).setType(DataType.DT_RESOURCE));
    return FunctionDef.newBuilder().setSignature(signature).addAllNodeDef(List.of(nodes)).build();
  }

  public static GraphDef graph(List<FunctionDef> functions, NodeDef... nodes) {
    GraphDef.Builder graph = GraphDef.newBuilder().addAllNode(List.of(nodes));
    graph.getLibraryBuilder().addAllFunction(functions);
    return graph.build();
  }
}
