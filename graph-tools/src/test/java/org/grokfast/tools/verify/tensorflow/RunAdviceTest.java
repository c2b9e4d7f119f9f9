package org.grokfast.tools.verify.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.grokfast.tools.verify.tensorflow.plan.VerifyPlan;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.GraphDef;

class RunAdviceTest {
  private static VerifyPlan plan(List<VerifyPlan.Input> inputs) {
    return new VerifyPlan(
        1,
        0,
        2,
        null,
        inputs,
        List.of(),
        List.of(),
        new VerifyPlan.Start(List.of("init"), List.of(), null, null, null),
        List.of(),
        true,
        List.of(),
        null);
  }

  private static GraphDef graph() {
    GraphDef.Builder graph = GraphDef.newBuilder();
    graph.addNodeBuilder().setName("total").setOp("VariableV2");
    graph.addNodeBuilder().setName("total/Assign").setOp("Assign").addInput("total").addInput("z");
    graph.addNodeBuilder().setName("init_1").setOp("NoOp").addInput("^total/Assign");
    return graph.build();
  }

  @Test
  void theInitializerOfALocalVariableIsNamed() {
    RuntimeException error =
        new IllegalStateException("Attempting to use uninitialized value total\n\t [[{{node x}}]]");
    assertThat(RunAdvice.of(error, plan(List.of()), graph()))
        .isEqualTo(
            "Attempting to use uninitialized value total; 'total' was not initialised; if it is a"
                + " local variable, its local initializer has to run too: give"
                + " --init-op=init,init_1");
  }

  @Test
  void aResourceVariableIsNamedToo() {
    RuntimeException error =
        new IllegalStateException(
            "Error while reading resource variable other from Container: localhost.");
    assertThat(RunAdvice.of(error, plan(List.of()), graph()))
        .endsWith("name the nodes with --init-op, separated by commas");
  }

  @Test
  void anErrorWithRandomInputsSaysHowToGiveOthers() {
    RuntimeException error = new IllegalArgumentException("Incompatible shapes: [4] vs. [3]");
    VerifyPlan.Input input = new VerifyPlan.Input("x", "DT_FLOAT", List.of(4L));
    assertThat(RunAdvice.of(error, plan(List.of(input)), graph()))
        .startsWith("Incompatible shapes: [4] vs. [3]; it ran with random inputs")
        .endsWith("with --feeds");
    assertThat(RunAdvice.of(error, plan(List.of()), graph()))
        .isEqualTo("Incompatible shapes: [4] vs. [3]");
  }
}
