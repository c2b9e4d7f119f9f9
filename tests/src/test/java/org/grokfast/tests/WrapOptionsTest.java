package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.grokfast.Grokfast;
import org.grokfast.filter.Chain;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.Perpendicular;
import org.grokfast.filter.options.VariableOverride;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.tensorflow.AdamOrderPass;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.live.WrapOptions;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** Options of wrapping a live graph, and parameters that a session changes. */
@Tag("native")
class WrapOptionsTest {
  private static final DataType FLOAT = DataType.DT_FLOAT;
  private static final int SESSIONS = 20;

  private static Op momentum(Graph graph) {
    return new Momentum(graph, 0.1f).minimize(SmallModel.loss(graph));
  }

  @Test
  void someOfTheVariablesAreFilteredWithParametersOfTheirOwn() {
    try (Graph graph = new Graph()) {
      WrapOptions options = WrapOptions.of(Ema.of(0.9, 2));
      WrappedGraph wrapped =
          Grokfast.wrap(
              graph,
              momentum(graph),
              options.include("^w$").overrides(VariableOverride.lamb("w", 0.5)));
      assertThat(wrapped.report().plan().sites())
          .extracting(PlannedSite::filter)
          .containsExactly(
              Ema.of(0.9, 0.5).withOptions(wrapped.report().plan().filter().options()));
      assertThat(wrapped.report().plan().excluded()).containsExactly("b");
    }
  }

  @Test
  void anExcludedVariableIsLeftAlone() {
    try (Graph graph = new Graph()) {
      WrappedGraph wrapped =
          Grokfast.wrap(graph, momentum(graph), WrapOptions.of(Ema.of(0.9, 2)).exclude("b"));
      assertThat(wrapped.stateVariables())
          .contains("grokfast/w/ema")
          .noneMatch(n -> n.contains("/b/"));
    }
  }

  @Test
  void aPatternThatMatchesNothingIsRefused() {
    try (Graph graph = new Graph()) {
      Op train = momentum(graph);
      WrapOptions options = WrapOptions.of(Ema.of(0.9, 2)).include("kernl");
      assertThatThrownBy(() -> Grokfast.wrap(graph, train, options))
          .isInstanceOf(NothingToRewriteException.class)
          .hasMessageStartingWith("include pattern 'kernl' matches none of the trained variables");
    }
  }

  @Test
  void aParameterIsSetInARunningSession() {
    try (GraphRun run = new GraphRun(GraphBuilder.single(FLOAT, 1).build())) {
      Graph graph = run.graph();
      WrappedGraph wrapped = Grokfast.wrap(graph, graph.operation("train"), Ema.of(0.5, 2));
      run.initialize();
      assertThat(step(run, wrapped, 1)).isEqualTo(3);
      wrapped.set(run.session(), "lamb", 0.5);
      assertThat(step(run, wrapped, 1)).isEqualTo(1.5);
      wrapped.set(run.session(), "alpha", 0.75);
      assertThat(step(run, wrapped, 5)).isEqualTo(5 + 0.5 * (0.75 * 1 + 0.25 * 5));
    }
  }

  @Test
  void theParameterOfOneVariableIsItsOwn() {
    try (GraphRun run = new GraphRun(GraphBuilder.single(FLOAT, 1).build())) {
      Graph graph = run.graph();
      WrapOptions options =
          WrapOptions.of(Ema.of(0.5, 2)).overrides(VariableOverride.lamb("^w$", 8));
      WrappedGraph wrapped = Grokfast.wrap(graph, graph.operation("train"), options);
      run.initialize();
      wrapped.set(run.session(), "w", "lamb", 1);
      assertThat(step(run, wrapped, 1)).isEqualTo(2);
      assertThatThrownBy(() -> wrapped.set(run.session(), "lamb", 1))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessage("every filtered variable has a lamb of its own; set that of one of 'w'");
      assertThatThrownBy(() -> wrapped.set(run.session(), "w", "alpha", 0.5))
          .hasMessage(
              "variable 'w' has no alpha of its own but shares that of all variables; give it one"
                  + " with an override when wrapping, or set alpha for all");
      assertThatThrownBy(() -> wrapped.set(run.session(), "v", "lamb", 1))
          .hasMessage("variable 'v' is not filtered; did you mean 'w'?; filtered are 'w'");
    }
  }

  @Test
  void theParameterOfAMemberOfAChainIsSet() {
    try (GraphRun run = new GraphRun(GraphBuilder.single(FLOAT, 1).build())) {
      Graph graph = run.graph();
      Chain chain = Chain.of(Ema.of(0.5, 2), Ema.of(0.5, 1));
      WrappedGraph wrapped = Grokfast.wrap(graph, graph.operation("train"), chain);
      run.initialize();
      wrapped.set(run.session(), "1.ema.lamb", 0);
      assertThat(step(run, wrapped, 1)).isEqualTo(2);
    }
  }

  @Test
  void whatCannotBeSetIsSaid() {
    try (GraphRun run = new GraphRun(GraphBuilder.single(FLOAT, 1).build())) {
      Graph graph = run.graph();
      Session session = run.session();
      WrappedGraph wrapped = Grokfast.wrap(graph, graph.operation("train"), Ema.of(0.5, 2));
      assertThatThrownBy(() -> wrapped.set(session, "lamp", 1))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessage(
              "filter ema has no parameter 'lamp' that a session can change; did you mean 'lamb'?;"
                  + " it has 'alpha', 'lamb'");
      assertThatThrownBy(() -> wrapped.set(session, "alpha", 1))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessage("alpha must be in [0, 1), was 1.0");
      assertThatThrownBy(() -> wrapped.set(session, "lamb", Double.NaN))
          .hasMessageStartingWith("lamb must be ");
    }
  }

  @Test
  void aConstantParameterIsNotSet() {
    try (GraphRun run = new GraphRun(GraphBuilder.single(FLOAT, 1).build())) {
      Graph graph = run.graph();
      var constant = Ema.of(0.5, 2).withOptions(FilterOptions.builder().tunable(false).build());
      WrappedGraph wrapped = Grokfast.wrap(graph, graph.operation("train"), constant);
      assertThatThrownBy(() -> wrapped.set(run.session(), "lamb", 1))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessageContaining("is a constant of the graph");
    }
  }

  @Test
  void aFilterWithoutParametersSaysSo() {
    try (GraphRun run = new GraphRun(GraphBuilder.single(FLOAT, 1).build())) {
      Graph graph = run.graph();
      WrappedGraph wrapped =
          Grokfast.wrap(graph, graph.operation("train"), Perpendicular.defaults());
      assertThatThrownBy(() -> wrapped.set(run.session(), "lamb", 1))
          .hasMessage("filter perp has no parameter 'lamb' that a session can change");
    }
  }

  private static double step(GraphRun run, WrappedGraph wrapped, double gradient) {
    return run.step(wrapped.trainOp().name(), "grokfast/w/gradient", "g", FLOAT, gradient)[0];
  }

  private static Op racingAdam(Graph graph) {
    Ops tf = Ops.create(graph);
    Variable<TFloat32> w = tf.withInitScope().withName("w").variable(Shape.of(1), TFloat32.class);
    tf.withInitScope().assign(w, tf.withInitScope().constant(new float[] {1}));
    return new Adam(graph, 0.1f).minimize(tf.sum(tf.identity(w), tf.constant(0)));
  }

  /** A first step of rate 0.1 leads from 1 to 0.9, whatever the gradient's size. */
  @Test
  void adamsPowersAreOrderedOnDemand() {
    for (int i = 0; i < SESSIONS; i++) {
      try (Graph graph = new Graph();
          Session session = new Session(graph)) {
        Op train = racingAdam(graph);
        GraphDef before = graph.toGraphDef();
        WrappedGraph wrapped =
            Grokfast.wrap(graph, train, WrapOptions.of(Ema.of(0.9, 2)).fixAdamOrder());
        assertThat(AdamOrderPass.find(graph.toGraphDef())).isEmpty();
        assertThat(FilterStripper.apply(graph.toGraphDef())).isEqualTo(before);
        assertThat(wrapped.report().notes())
            .anyMatch(note -> note.endsWith("wait for the ops that read the power"));
        session.initialize();
        session.run(wrapped::trainOp);
        try (var result = session.runner().fetch("w").run()) {
          assertThat(((TFloat32) result.get(0)).getFloat(0)).isCloseTo(0.9f, within(1e-5f));
        }
      }
    }
  }

  @Test
  void aRacingAdamIsNoted() {
    try (Graph graph = new Graph()) {
      WrappedGraph wrapped = Grokfast.wrap(graph, racingAdam(graph), Ema.of(0.9, 2));
      assertThat(wrapped.report().notes())
          .anyMatch(
              note ->
                  note.startsWith("nothing orders ")
                      && note.endsWith(
                          "so that runs differ: wrap with WrapOptions.fixAdamOrder()"));
    }
  }

  @Test
  void momentumHasNothingToOrder() {
    try (Graph graph = new Graph()) {
      WrappedGraph wrapped =
          Grokfast.wrap(graph, momentum(graph), WrapOptions.of(Ema.of(0.9, 2)).fixAdamOrder());
      assertThat(wrapped.report().notes()).noneMatch(note -> note.contains("power"));
    }
  }
}
