package org.grokfast.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.grokfast.filter.ArrayFilter;
import org.grokfast.filter.Ema;
import org.grokfast.filter.Precision;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.rewrite.RewritePlan;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Assign;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** Updates made of plain assignments, with the gradient named by the user. */
class ManualGradientsTest {
  private static final float RATE = 0.5f;

  /** w ← w − rate·m with m ← m + g, and a norm of g that another variable keeps. */
  private static GraphDef momentumByHand() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> zeros = tf.withInitScope().constant(new float[] {0, 0});
      Variable<TFloat32> w = tf.withInitScope().withName("w").variable(Shape.of(2), TFloat32.class);
      Variable<TFloat32> m = tf.withInitScope().withName("m").variable(Shape.of(2), TFloat32.class);
      Variable<TFloat32> norm =
          tf.withInitScope().withName("norm").variable(Shape.scalar(), TFloat32.class);
      tf.withInitScope().assign(w, zeros);
      tf.withInitScope().assign(m, zeros);
      tf.withInitScope().assign(norm, tf.withInitScope().constant(0f));
      Operand<TFloat32> gradient =
          tf.withName("g").placeholder(TFloat32.class, Placeholder.shape(Shape.of(2)));
      Operand<TFloat32> newMomentum = tf.assign(m, tf.math.add(m, gradient));
      Assign<TFloat32> update =
          tf.assign(w, tf.math.sub(w, tf.math.mul(tf.constant(RATE), newMomentum)));
      Assign<TFloat32> norms =
          tf.assign(norm, tf.sum(tf.math.square(gradient), tf.constant(new int[] {0})));
      tf.withName("train").withControlDependencies(update, norms).noOp();
      return graph.toGraphDef();
    }
  }

  @Test
  void anUpdateOfPlainAssignmentsIsNotFoundByARule() {
    assertThatThrownBy(() -> new GrokfastPass(Ema.defaults()).apply(momentumByHand()))
        .isInstanceOf(NothingToRewriteException.class);
  }

  @Test
  void onlyTheOptimizersInputsAreRedirected() {
    RewritePlan plan =
        new GrokfastPass(Ema.defaults()).withGradients(Map.of("w", "g:0")).plan(momentumByHand());
    assertThat(plan.sites()).hasSize(1);
    assertThat(plan.sites().get(0).site().edges())
        .extracting(edge -> edge.node())
        .containsExactly("Add");
  }

  @Test
  void theRewrittenUpdateSeesTheFilteredGradient() {
    GraphDef rewritten =
        new GrokfastPass(Ema.of(0.5, 2))
            .withGradients(Map.of("w", "g"))
            .apply(momentumByHand())
            .graph();
    ArrayFilter oracle = new ArrayFilter(Ema.of(0.5, 2), Precision.FLOAT32, 2);
    double[] momentum = new double[2];
    double[] weights = new double[2];
    try (Graph graph = new Graph()) {
      graph.importGraphDef(rewritten);
      try (Session session = new Session(graph)) {
        session.initialize();
        for (int t = 0; t < 10; t++) {
          float[] g = {t % 3 - 1, 0.25f * t};
          double[] filtered = oracle.step(new double[] {g[0], g[1]});
          for (int i = 0; i < 2; i++) {
            momentum[i] += filtered[i];
            weights[i] -= RATE * momentum[i];
          }
          try (TFloat32 fed = TFloat32.vectorOf(g)) {
            session.runner().feed("g", fed).addTarget("train").run().close();
          }
        }
        try (Result result = session.runner().fetch("w").fetch("norm").run()) {
          float[] w = StdArrays.array1dCopyOf((TFloat32) result.get(0));
          assertThat((double) w[0])
              .isCloseTo(weights[0], org.assertj.core.data.Offset.offset(1e-4));
          assertThat((double) w[1])
              .isCloseTo(weights[1], org.assertj.core.data.Offset.offset(1e-4));
          // The norm still sees the raw gradient of the last step: (−1)² + 2.25².
          assertThat(((TFloat32) result.get(1)).getFloat()).isEqualTo(6.0625f);
        }
      }
    }
  }

  @Test
  void aTensorThatDoesNotExistIsNamed() {
    assertThatThrownBy(
            () ->
                new GrokfastPass(Ema.defaults())
                    .withGradients(Map.of("w", "gradients/w"))
                    .apply(momentumByHand()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage("gradient 'gradients/w' of variable 'w' is no tensor of the graph");
  }

  @Test
  void aTensorThatDoesNotReachTheUpdateIsRefused() {
    assertThatThrownBy(
            () ->
                new GrokfastPass(Ema.defaults())
                    .withGradients(Map.of("norm", "Const"))
                    .apply(momentumByHand()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageContaining("reaches no update of variable 'norm' alone");
  }
}
