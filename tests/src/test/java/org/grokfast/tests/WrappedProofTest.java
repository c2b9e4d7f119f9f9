package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.proof.SiteProof;
import org.grokfast.proof.SiteProof.Verdict;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.framework.optimizers.GradientDescent;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** The proof in a session of the program. */
@Tag("native")
class WrappedProofTest {
  private static final Ema FILTER = Ema.of(0.9, 2);

  /** A wrapped model with a session that has made some steps. */
  private static final class Run implements AutoCloseable {
    private final Graph graph = new Graph();
    private final Session session = new Session(graph);
    private final WrappedGraph wrapped;
    private final List<Map<String, Tensor>> feeds = new ArrayList<>();

    /** The loss that is minimised is made from that of the model, which is called 'model'. */
    private Run(BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> change) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> model = tf.withName("model").identity(SmallModel.loss(graph));
      Operand<TFloat32> loss = change.apply(tf, model);
      wrapped = Grokfast.wrap(graph, new Momentum(graph, 0.1f, 0.9f).minimize(loss), FILTER);
      session.initialize();
      for (int step = 0; step < 3; step++) {
        step(step);
        feeds.add(Map.of("x", Batches.x(step), "y", Batches.y(step)));
      }
    }

    private void step(int step) {
      Training.step(session, wrapped.trainOp().name(), step);
    }

    /** The bytes of all variables, those of the filter included. */
    private List<String> variables() {
      List<String> values = new ArrayList<>();
      graph
          .toGraphDef()
          .getNodeList()
          .forEach(
              node -> {
                if (node.getOp().equals("VariableV2")) {
                  try (var result = session.runner().fetch(node.getName()).run()) {
                    values.add(node.getName() + GraphRun.bits(result.get(0)));
                  }
                }
              });
      return values;
    }

    @Override
    public void close() {
      feeds.forEach(step -> step.values().forEach(Tensor::close));
      session.close();
      graph.close();
    }
  }

  private static Operand<TFloat32> same(Ops tf, Operand<TFloat32> loss) {
    return loss;
  }

  @Test
  void theFiltersStandOnTheGradientOfTheLossThatIsFound() {
    try (Run run = new Run(WrappedProofTest::same)) {
      List<SiteProof> proofs = run.wrapped.prove(run.session, run.feeds.get(0));
      assertThat(proofs).extracting(SiteProof::variable).containsExactly("w", "b");
      assertThat(proofs).extracting(SiteProof::verdict).containsOnly(Verdict.GRADIENT);
      assertThat(proofs).allMatch(proof -> proof.deviation() < 1e-3);
      assertThat(proofs.get(0).text()).startsWith("is the gradient of '");
    }
  }

  @Test
  void theLossOfAModelOfSingleNumbersMayEndInASquare() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var x = tf.withName("x").placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      var w = tf.withName("w").variable(tf.constant(0.5f));
      var b = tf.withName("b").variable(tf.constant(-0.25f));
      var error = tf.math.sub(tf.math.add(tf.math.mul(x, w), b), tf.constant(2f));
      WrappedGraph wrapped =
          Grokfast.wrap(
              graph, new GradientDescent(graph, 0.1f).minimize(tf.math.square(error)), FILTER);
      try (Session session = new Session(graph);
          TFloat32 two = TFloat32.scalarOf(2);
          TFloat32 three = TFloat32.scalarOf(3)) {
        session.initialize();

        assertThat(wrapped.prove(session, Map.of("x", three)))
            .extracting(SiteProof::reason)
            .containsOnly("a single number is proportional to anything in one step; give several");
        List<SiteProof> proofs =
            wrapped.prove(session, List.of(Map.of("x", two), Map.of("x", three)), null);

        assertThat(proofs).extracting(SiteProof::verdict).containsOnly(Verdict.GRADIENT);
        assertThat(proofs).extracting(SiteProof::loss).containsOnly("Square");
      }
    }
  }

  @Test
  void aScaledLossIsProportionalWithItsFactor() {
    try (Run run = new Run((tf, loss) -> tf.math.mul(loss, tf.constant(4f)))) {
      List<SiteProof> proofs = run.wrapped.prove(run.session, run.feeds, "model");
      assertThat(proofs).extracting(SiteProof::verdict).containsOnly(Verdict.PROPORTIONAL);
      assertThat(proofs).allMatch(proof -> Math.abs(proof.factor() - 4) < 0.01);
    }
  }

  @Test
  void theGradientOfAFunctionOfTheLossIsNotThatOfTheLoss() {
    try (Run run = new Run((tf, loss) -> tf.math.mul(loss, tf.math.add(loss, tf.constant(3f))))) {
      List<SiteProof> proofs = run.wrapped.prove(run.session, run.feeds, "model");
      // 2·loss + 3 times the gradient: the factor moves from step to step.
      assertThat(proofs).extracting(SiteProof::verdict).containsOnly(Verdict.OTHER);
      assertThat(proofs.get(0).text()).contains("the factor moves from");
    }
  }

  @Test
  void aLossWithRandomNumbersIsUndecided() {
    try (Run run =
        new Run(
            (tf, loss) ->
                tf.withName("random")
                    .math
                    .mul(
                        loss,
                        tf.reshape(
                            tf.random.randomUniform(tf.constant(new int[] {1}), TFloat32.class),
                            tf.constant(new int[0]))))) {
      List<SiteProof> named = run.wrapped.prove(run.session, run.feeds, "random");
      assertThat(named).extracting(SiteProof::verdict).containsOnly(Verdict.UNDECIDED);
      assertThat(named.get(0).text())
          .isEqualTo(
              "could not be decided, because the loss is not the same when it is computed again: it"
                  + " draws random numbers");
      // What the random factor multiplies is a loss too, and the factor another in each step.
      List<SiteProof> found = run.wrapped.prove(run.session, run.feeds, null);
      assertThat(found).extracting(SiteProof::verdict).containsOnly(Verdict.UNDECIDED);
    }
  }

  @Test
  void nothingIsTouched() {
    try (Run run = new Run(WrappedProofTest::same);
        Run other = new Run(WrappedProofTest::same)) {
      List<String> before = run.variables();
      run.wrapped.prove(run.session, run.feeds, null);
      assertThat(run.variables()).isEqualTo(before);
      run.step(7);
      other.step(7);
      assertThat(run.variables()).isEqualTo(other.variables());
    }
  }

  @Test
  void aFailureIsSaidAndTouchesNothing() {
    try (Run run = new Run(WrappedProofTest::same)) {
      List<String> before = run.variables();
      Map<String, Tensor> half = Map.of("x", run.feeds.get(0).get("x"));
      List<SiteProof> proofs = run.wrapped.prove(run.session, List.of(half), "model");
      assertThat(proofs).extracting(SiteProof::verdict).containsOnly(Verdict.UNDECIDED);
      assertThat(proofs.get(0).text())
          .contains("because running it failed: You must feed a value for placeholder tensor 'y'");
      assertThat(run.variables()).isEqualTo(before);
    }
  }

  @Test
  void aProvedGraphIsStrippedAsBefore() {
    try (Run run = new Run(WrappedProofTest::same)) {
      GraphDef before = FilterStripper.apply(run.graph.toGraphDef());
      run.wrapped.prove(run.session, run.feeds.get(0));
      run.wrapped.prove(run.session, run.feeds.get(1));
      assertThat(FilterStripper.apply(run.graph.toGraphDef())).isEqualTo(before);
    }
  }

  @Test
  void anUnknownLossIsNamed() {
    try (Run run = new Run(WrappedProofTest::same)) {
      assertThatThrownBy(() -> run.wrapped.prove(run.session, run.feeds, "los"))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessage("loss: the graph has no tensor 'los'");
    }
  }
}
