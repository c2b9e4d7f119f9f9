package org.grokfast.tensorflow.find;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.tensorflow.UpdateSites;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** Programs whose calls are too many to be followed. */
class ManyCallsTest {
  private static final int NODES = 90_000;
  private static final int CALLS = 100;

  @Test
  void whatIsNotLookedForIsSaidAtACallBesideWhatIsFound() {
    GraphDef.Builder graph = GraphDef.newBuilder();
    graph.addNode(node("w", "VarHandleOp"));
    graph.addNode(node("rate", "Const"));
    graph.addNode(node("g", "Const"));
    graph.addNode(node("update", "ResourceApplyGradientDescent", "w", "rate", "g"));
    AttrValue called =
        AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName("f")).build();
    for (int i = 0; i < CALLS; i++) {
      graph.addNode(
          node("call" + i, "StatefulPartitionedCall", "w").toBuilder().putAttr("f", called));
    }
    FunctionDef.Builder function =
        FunctionDef.newBuilder()
            .setSignature(
                OpDef.newBuilder()
                    .setName("f")
                    .addInputArg(OpDef.ArgDef.newBuilder().setName("a")));
    for (int i = 0; i < NODES; i++) {
      function.addNodeDef(node("c" + i, "Const"));
    }
    graph.getLibraryBuilder().addFunction(function);

    List<Finding> found = UpdateSites.find(graph.build());

    assertThat(found).extracting(Finding::anchor).containsExactly("update", "call0");
    assertThat(found.get(1)).isInstanceOf(NearMiss.class);
    assertThat(((NearMiss) found.get(1)).reason().why()).contains("more than 8,000,000 tensors");
  }

  private static NodeDef node(String name, String op, String... inputs) {
    return NodeDef.newBuilder().setName(name).setOp(op).addAllInput(List.of(inputs)).build();
  }
}
