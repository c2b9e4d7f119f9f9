package org.grokfast.tools.verify.tensorflow.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.tensorflow.proof.NodeIndex;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorShapeProto;

/** Where the losses in functions are made readable. */
class LossProbesTest {
  private static NodeDef.Builder node(String op, String name, String... inputs) {
    return NodeDef.newBuilder()
        .setOp(op)
        .setName(name)
        .addAllInput(List.of(inputs))
        .putAttr("T", AttrValue.newBuilder().setType(DataType.DT_FLOAT).build());
  }

  private static AttrValue shape(long... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : dimensions) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return AttrValue.newBuilder().setList(AttrValue.ListValue.newBuilder().addShape(shape)).build();
  }

  private static AttrValue function(String name) {
    return AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(name)).build();
  }

  /** A function with a filtered update, and one that calls it. */
  private static GraphDef graph() {
    FunctionDef.Builder train =
        FunctionDef.newBuilder()
            .setSignature(OpDef.newBuilder().setName("train"))
            .addNodeDef(node("Mean", "loss", "e"))
            .addNodeDef(node("Mean", "wide", "e").putAttr("_output_shapes", shape(3)))
            .addNodeDef(node("Mul", "gradient_tape/g", "loss:output:0"))
            .addNodeDef(filter())
            .addNodeDef(node("AssignSubVariableOp", "update", "w", "grokfast/w/gradient:z:0"))
            .addNodeDef(node("Mean", "after", "e", "^update"));
    FunctionDef.Builder outer =
        FunctionDef.newBuilder()
            .setSignature(OpDef.newBuilder().setName("outer"))
            .addNodeDef(node("AddV2", "total", "a", "b").putAttr("_output_shapes", shape()))
            .addNodeDef(node("StatefulPartitionedCall", "call").putAttr("f", function("train")))
            .addNodeDef(node("Sum", "metric", "call:output:0"));
    GraphDef.Builder graph =
        GraphDef.newBuilder()
            .addNode(node("StatefulPartitionedCall", "step").putAttr("f", function("outer")));
    graph.getLibraryBuilder().addFunction(train).addFunction(outer);
    return graph.build();
  }

  private static NodeDef.Builder filter() {
    return node("AddV2", "grokfast/w/gradient", "gradient_tape/g:z:0", "m")
        .putAttr(InsertedNames.FILTER_ATTRIBUTE, AttrValue.getDefaultInstance())
        .putAttr(InsertedNames.ATTRIBUTE, AttrValue.getDefaultInstance());
  }

  private static NodeDef find(List<NodeDef> nodes, String name) {
    return nodes.stream().filter(node -> node.getName().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void scalarsBeforeTheUpdateAreReadInItsFunctionAndInThoseThatCallIt() {
    GraphDef graph = graph();
    FilterNode filter = FilterNode.of(new NodeIndex(graph)).get(0);
    LossProbes probes = LossProbes.in(graph, Map.of(filter, List.of("step")));

    assertThat(probes.shown())
        .containsExactly(
            Map.entry("grokfast_verify/loss/0/read", "loss' in function 'train"),
            Map.entry("grokfast_verify/loss/1/read", "total' in function 'outer"));
    GraphDef probed = probes.graph();
    List<NodeDef> train = probed.getLibrary().getFunction(0).getNodeDefList();
    assertThat(find(train, "grokfast_verify/loss/0/write").getInputList())
        .containsExactly("grokfast_verify/loss/0:resource:0", "loss:output:0");
    assertThat(find(train, "update").getInputList()).contains("^grokfast_verify/loss/0/write");
    List<NodeDef> outer = probed.getLibrary().getFunction(1).getNodeDefList();
    assertThat(find(outer, "grokfast_verify/loss/1/write").getInput(1)).isEqualTo("total:z:0");
    assertThat(find(outer, "call").getInputList()).containsExactly("^grokfast_verify/loss/1/write");
    assertThat(find(probed.getNodeList(), "grokfast_verify/loss/1/read").getInputList())
        .containsExactly("grokfast_verify/loss/1", "^step");
  }

  @Test
  void aGraphWithoutFiltersInFunctionsStaysAsItIs() {
    LossProbes probes = LossProbes.in(graph(), Map.of());
    assertThat(probes.shown()).isEmpty();
    assertThat(probes.graph()).isEqualTo(graph());
  }
}
