package org.grokfast.tools.verify.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Seeds for the nodes of a model that draw random numbers. */
class RandomNodesTest {
  private static NodeProto node(String op, AttributeProto... attributes) {
    return NodeProto.newBuilder().setOpType(op).addAllAttribute(List.of(attributes)).build();
  }

  private static AttributeProto body(NodeProto node) {
    return AttributeProto.newBuilder()
        .setName("body")
        .setG(GraphProto.newBuilder().addNode(node))
        .build();
  }

  private static ModelProto model(NodeProto... nodes) {
    return ModelProto.newBuilder()
        .setGraph(GraphProto.newBuilder().addAllNode(List.of(nodes)))
        .build();
  }

  @Test
  void everyNodeThatDrawsGetsASeedOfItsOwn() {
    ModelProto seeded =
        RandomNodes.seeded(model(node("Dropout"), node("Add"), node("RandomNormal")));
    assertThat(seeded.getGraph().getNode(0).getAttribute(0).getName()).isEqualTo("seed");
    assertThat(seeded.getGraph().getNode(0).getAttribute(0).getI()).isEqualTo(1);
    assertThat(seeded.getGraph().getNode(1).getAttributeCount()).isZero();
    assertThat(seeded.getGraph().getNode(2).getAttribute(0).getF()).isEqualTo(2);
  }

  @Test
  void aSeedThatIsThereStays() {
    AttributeProto seed = AttributeProto.newBuilder().setName("seed").setI(7).build();
    ModelProto model = model(node("Dropout", seed));
    assertThat(RandomNodes.seeded(model)).isEqualTo(model);
  }

  @Test
  void bodiesAndFunctionsAreSeededToo() {
    ModelProto model =
        model(node("Loop", body(node("Bernoulli")))).toBuilder()
            .addFunctions(FunctionProto.newBuilder().addNode(node("RandomUniformLike")))
            .build();
    ModelProto seeded = RandomNodes.seeded(model);
    NodeProto inside = seeded.getGraph().getNode(0).getAttribute(0).getG().getNode(0);
    assertThat(inside.getAttribute(0).getF()).isEqualTo(1);
    assertThat(seeded.getFunctions(0).getNode(0).getAttribute(0).getF()).isEqualTo(2);
  }

  @Test
  void aModelThatDrawsNothingStaysAsItIs() {
    ModelProto model = model(node("Add"), node("If", body(node("Mul"))));
    assertThat(RandomNodes.seeded(model)).isEqualTo(model);
  }
}
