package org.grokfast.tensorflow.rules;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.grokfast.filter.GradientFilter;
import org.grokfast.rules.RuleCase;
import org.grokfast.rules.RuleForm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.GraphDef;

/**
 * The harness of rules fails where a case says something else than the rule, or a law is broken.
 */
@Tag("native")
class RuleCaseTest {
  private static final String DESCENT =
      """
      w = VarHandleOp
      lr = Const
      g = Placeholder
      norm = L2Loss(g)
      up = ResourceApplyGradientDescent(w, lr, g)
      """;

  private static RuleCase<GraphDef> descent(RuleForm<GraphDef> form) {
    return RuleCase.of(form, "apply-op", "a case", DESCENT);
  }

  private static void assertFails(ThrowingCallable check, String message) {
    assertThatThrownBy(check).isInstanceOf(AssertionError.class).hasMessageContaining(message);
  }

  @Test
  void anotherSiteIsSeen() {
    assertFails(descent(new TensorFlowForm()).finds("w: norm → up")::check, "sites");
    assertFails(descent(new TensorFlowForm()).doesNotFire("no reason")::check, "sites");
    assertFails(
        descent(new TensorFlowForm()).finds("w: g → up").reports("no")::check, "near-misses");
  }

  @Test
  void anotherGraphAfterwardsIsSeen() {
    assertFails(
        descent(new TensorFlowForm())
                .finds("w: g → up")
                .becomes("up = ResourceApplyGradientDescent(w, lr, g)")
            ::check,
        "after");
  }

  /** A form that spoils what it rewrites or strips. */
  private abstract static class Spoiled extends TensorFlowForm {
    private int rewrites;

    abstract GraphDef spoil(GraphDef graph, int rewrite);

    @Override
    public Rewritten<GraphDef> rewrite(
        GraphDef graph, GradientFilter filter, Map<String, String> gradients) {
      Rewritten<GraphDef> result = super.rewrite(graph, filter, gradients);
      return new Rewritten<>(spoil(result.graph(), ++rewrites), result.report());
    }
  }

  @Test
  void aChangeOfAnotherNodeIsSeen() {
    Spoiled form =
        new Spoiled() {
          @Override
          GraphDef spoil(GraphDef graph, int rewrite) {
            GraphDef.Builder other = graph.toBuilder();
            other.getNodeBuilder(3).setDevice("/device:CPU:0");
            return other.build();
          }

          @Override
          public GraphDef strip(GraphDef graph) {
            GraphDef.Builder stripped = super.strip(graph).toBuilder();
            stripped.getNodeBuilder(3).clearDevice();
            return stripped.build();
          }
        };
    assertFails(descent(form).finds("w: g → up")::check, "all else of norm");
  }

  @Test
  void aRewriteThatIsNotRepeatableIsSeen() {
    Spoiled form =
        new Spoiled() {
          @Override
          GraphDef spoil(GraphDef graph, int rewrite) {
            GraphDef.Builder other = graph.toBuilder();
            other.getVersionsBuilder().setProducer(rewrite);
            return other.build();
          }
        };
    assertFails(descent(form).finds("w: g → up")::check, "two rewrites give the same bytes");
  }

  @Test
  void aStripThatLeavesSomethingIsSeen() {
    TensorFlowForm form =
        new TensorFlowForm() {
          @Override
          public GraphDef strip(GraphDef graph) {
            return graph;
          }
        };
    assertFails(descent(form).finds("w: g → up")::check, "strip gives the original bytes");
  }
}
