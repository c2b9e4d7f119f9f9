package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.UnfilteredVariables;
import org.grokfast.tensorflow.live.GrokfastOptimizer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.framework.optimizers.GradientDescent;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/** A wrapped optimizer leaves no variable unfiltered without a word. */
@Tag("native")
class WrappedOptimizerCoverageTest {
  private static final Ema FILTER = Ema.of(0.9, 2);

  /** loss = mean(w · x²), w of two elements that the graph knows, or of a shape that it doesn't. */
  private static final class Model {
    final Ops tf;
    final Variable<TFloat32> w;
    final Operand<TFloat32> x;
    final Operand<TFloat32> loss;

    Model(Graph graph, Variable<TFloat32> w) {
      this.tf = Ops.create(graph);
      this.w = w;
      this.x = tf.placeholder(TFloat32.class);
      this.loss =
          tf.math.mean(tf.math.mul(tf.identity(w), tf.math.square(x)), tf.constant(new int[] {0}));
    }

    static Model of(Graph graph, String name, Shape shape) {
      Ops tf = Ops.create(graph);
      Variable<TFloat32> w = tf.withName(name).variable(shape, TFloat32.class);
      Ops init = tf.withInitScope();
      init.assign(w, init.constant(new float[] {1, 2}));
      return new Model(graph, w);
    }
  }

  @Test
  void aVariableThatCannotBeFilteredIsRefusedAndNamed() {
    try (Graph graph = new Graph()) {
      Model known = Model.of(graph, "known", Shape.of(2));
      Model unknown = Model.of(graph, "unknown", Shape.unknown());
      Operand<TFloat32> loss = known.tf.math.add(known.loss, unknown.loss);
      GrokfastOptimizer optimizer = new GrokfastOptimizer(new GradientDescent(graph, 0.1f), FILTER);

      assertThatThrownBy(() -> optimizer.minimize(loss))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessageContaining("variable 'unknown' is trained")
          .hasMessageContaining("no floating-point variable of a fixed shape");
      assertThat(optimizer.report()).isEmpty();
    }
  }

  @Test
  void theOthersAreFilteredWhereThatIsAllowedAndTheReportSaysSoFirst() {
    try (Graph graph = new Graph()) {
      Model known = Model.of(graph, "known", Shape.of(2));
      Model unknown = Model.of(graph, "unknown", Shape.unknown());
      GrokfastOptimizer optimizer =
          new GrokfastOptimizer(
              new GradientDescent(graph, 0.1f), FILTER, UnfilteredVariables.ALLOW);
      optimizer.minimize(known.tf.math.add(known.loss, unknown.loss));

      RewriteReport report = optimizer.report().orElseThrow();
      assertThat(report.toText()).startsWith("Trained and unfiltered (1)\n  unknown\n");
      assertThat(report.toText()).contains("1 of 2 trained variables filtered");
    }
  }

  @Test
  void aVariableThatIsLeftOutByAPatternIsExcluded() {
    try (Graph graph = new Graph()) {
      Model known = Model.of(graph, "known", Shape.of(2));
      Model unknown = Model.of(graph, "unknown", Shape.unknown());
      GrokfastOptimizer optimizer =
          new GrokfastOptimizer(
              new GradientDescent(graph, 0.1f),
              FILTER.withOptions(FilterOptions.builder().exclude("^unknown$").build()));
      optimizer.minimize(known.tf.math.add(known.loss, unknown.loss));

      assertThat(optimizer.report().orElseThrow().plan().coverage().of(Fate.EXCLUDED))
          .extracting(fate -> fate.variable())
          .containsExactly("unknown");
    }
  }

  /** The hand-written update is no part of the optimizer's train op: it can't see its gradient. */
  @Test
  void aVariableThatIsTrainedByHandBesideItStaysAsItIsAndIsNamed() {
    try (Graph graph = new Graph()) {
      Model model = Model.of(graph, "known", Shape.of(2));
      Ops tf = model.tf;
      Variable<TFloat32> hand = tf.withName("hand").variable(Shape.of(2), TFloat32.class);
      Operand<TFloat32> away =
          tf.math.sub(tf.math.mul(tf.identity(hand), model.x), tf.identity(model.w));
      Operand<TFloat32> loss =
          tf.math.add(model.loss, tf.math.mean(tf.math.square(away), tf.constant(new int[] {0})));
      Gradients gradients = Gradients.create(tf.scope(), loss, List.of(hand));
      tf.withName("hand_step")
          .assignSub(hand, tf.math.mul(gradients.<TFloat32>dy(0), tf.constant(0.1f)));
      GrokfastOptimizer optimizer = new GrokfastOptimizer(new GradientDescent(graph, 0.1f), FILTER);
      List<Optimizer.GradAndVar<? extends TType>> handed = new ArrayList<>();
      for (Optimizer.GradAndVar<?> pair : optimizer.computeGradients(loss)) {
        if (pair.getVariable().op().name().equals("known")) {
          handed.add(pair);
        }
      }
      optimizer.applyGradients(handed, "train");

      RewriteReport report = optimizer.report().orElseThrow();
      assertThat(report.plan().sites()).hasSize(1);
      assertThat(report.notes())
          .singleElement()
          .asString()
          .contains("other updates", "hand (by hand_step)");
    }
  }

  @Test
  void nothingToFilterIsRefused() {
    try (Graph graph = new Graph()) {
      Model unknown = Model.of(graph, "unknown", Shape.unknown());
      GrokfastOptimizer optimizer = new GrokfastOptimizer(new GradientDescent(graph, 0.1f), FILTER);
      assertThatThrownBy(() -> optimizer.minimize(unknown.loss))
          .isInstanceOf(NothingToRewriteException.class)
          .hasMessageContaining("unknown (optimizer): it is no floating-point variable");
    }
  }
}
