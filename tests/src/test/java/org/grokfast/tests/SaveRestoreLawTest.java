package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.grokfast.Grokfast;
import org.grokfast.filter.Chain;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Perpendicular;
import org.grokfast.filter.Unfiltered;
import org.grokfast.pass.DecoupledWeightDecay;
import org.grokfast.pass.Lookahead;
import org.grokfast.pass.Muon;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.live.GrokfastOptimizer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.proto.GraphDef;

/** Laws 8 and 9: a run that is saved and restored in the middle continues bit for bit. */
@Tag("native")
class SaveRestoreLawTest {
  private static final int BEFORE = 5;
  private static final int AFTER = 6;
  private static final String SAVE = "save/control_dependency";
  private static final String RESTORE = "save/restore_all";
  private static final String FILE = "save/filename";

  @TempDir Path folder;

  static Stream<GradientFilter> filters() {
    return Stream.of(
        Ema.of(0.9, 2),
        MovingAverage.of(3, 5),
        MovingAverage.of(8, 5),
        Chain.of(Ema.of(0.9, 2), Perpendicular.defaults(), Ema.of(0.5, 1)),
        // A blend falls behind the restoring, and is made with the slow weights of before.
        Unfiltered.with(Lookahead.of(4, 0.5)),
        PassesInGraphTest.with(Ema.of(0.9, 2), DecoupledWeightDecay.of(0.1), Lookahead.of(3, 0.3)),
        PassesInGraphTest.with(
            Ema.of(0.9, 2), Muon.of(0.02, "^w$").withDecay(0.1), Lookahead.of(3, 0.3)));
  }

  /** Builds a filtered graph and returns the name of its train op. */
  private interface Build {
    String into(Graph graph);
  }

  private void checkWithTheFrameworksSaver(Build build) {
    String prefix = folder.resolve("checkpoint").toString();
    List<List<Integer>> uninterrupted = new ArrayList<>();
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      String train = build.into(graph);
      session.initialize();
      steps(session, train, 0, BEFORE);
      session.save(prefix);
      uninterrupted.addAll(steps(session, train, BEFORE, AFTER));
    }
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      String train = build.into(graph);
      session.restore(prefix);
      assertThat(steps(session, train, BEFORE, AFTER)).isEqualTo(uninterrupted);
    }
  }

  @ParameterizedTest
  @MethodSource("filters")
  void aWrappedGraphContinuesThroughTheFrameworksSaver(GradientFilter filter) {
    checkWithTheFrameworksSaver(
        graph -> {
          Operand<?> loss = SmallModel.loss(graph);
          var train = new Momentum(graph, 0.1f, 0.9f).minimize(loss);
          return Grokfast.wrap(graph, train, filter).trainOp().name();
        });
  }

  @ParameterizedTest
  @MethodSource("filters")
  void aFilteredOptimizerContinuesThroughTheFrameworksSaver(GradientFilter filter) {
    checkWithTheFrameworksSaver(
        graph -> {
          Operand<?> loss = SmallModel.loss(graph);
          return new GrokfastOptimizer(new Momentum(graph, 0.1f, 0.9f), filter)
              .minimize(loss)
              .op()
              .name();
        });
  }

  @ParameterizedTest
  @MethodSource("filters")
  void aRewrittenGraphWithoutASaverContinuesThroughOneMadeLater(GradientFilter filter) {
    Training plain = Training.unfiltered(FrameworkOptimizer.MOMENTUM);
    GraphDef rewritten = new GraphRewriter(filter).apply(plain.graph()).graph();
    checkWithTheFrameworksSaver(
        graph -> {
          graph.importGraphDef(rewritten);
          return plain.trainOp();
        });
  }

  @ParameterizedTest
  @MethodSource("filters")
  void aRewrittenGraphContinuesThroughTheSaverThatItHadBefore(GradientFilter filter) {
    GraphDef rewritten = new GraphRewriter(filter).apply(withSaver()).graph();
    String train = Training.unfiltered(FrameworkOptimizer.MOMENTUM).trainOp();
    String prefix = folder.resolve("own").toString();
    List<List<Integer>> uninterrupted;
    try (GraphRun run = new GraphRun(rewritten).initialize()) {
      steps(run.session(), train, 0, BEFORE);
      run.checkpoint(SAVE, FILE, prefix);
      uninterrupted = steps(run.session(), train, BEFORE, AFTER);
    }
    try (GraphRun run = new GraphRun(rewritten).initialize()) {
      // Training first, so that a restore that restores nothing would show.
      steps(run.session(), train, 20, 2);
      run.checkpoint(RESTORE, FILE, prefix);
      assertThat(steps(run.session(), train, BEFORE, AFTER)).isEqualTo(uninterrupted);
    }
  }

  /** Law 9: what an older checkpoint holds is restored, and the filter starts afresh. */
  @ParameterizedTest
  @MethodSource("filters")
  void aCheckpointFromBeforeTheRewritingIsRestoredAndTheFilterStartsAfresh(GradientFilter filter) {
    GraphDef original = withSaver();
    GraphDef rewritten = new GraphRewriter(filter).apply(original).graph();
    String train = Training.unfiltered(FrameworkOptimizer.MOMENTUM).trainOp();
    String prefix = folder.resolve("older").toString();
    List<List<Integer>> fresh;
    try (GraphRun run = new GraphRun(original).initialize()) {
      steps(run.session(), train, 0, BEFORE);
      run.checkpoint(SAVE, FILE, prefix);
    }
    try (GraphRun run = new GraphRun(rewritten).initialize()) {
      run.checkpoint(RESTORE, FILE, prefix);
      fresh = steps(run.session(), train, BEFORE, AFTER);
    }
    try (GraphRun run = new GraphRun(rewritten).initialize()) {
      // The state of these steps must not survive the restoring.
      steps(run.session(), train, 20, 7);
      run.checkpoint(RESTORE, FILE, prefix);
      assertThat(steps(run.session(), train, BEFORE, AFTER)).isEqualTo(fresh);
    }
  }

  @Test
  void theStateOfTheFilterMatters() {
    GraphDef rewritten = new GraphRewriter(Ema.of(0.9, 2)).apply(withSaver()).graph();
    String train = Training.unfiltered(FrameworkOptimizer.MOMENTUM).trainOp();
    String prefix = folder.resolve("without").toString();
    try (GraphRun run = new GraphRun(rewritten).initialize()) {
      steps(run.session(), train, 0, BEFORE);
      run.checkpoint(SAVE, FILE, prefix);
      var uninterrupted = steps(run.session(), train, BEFORE, AFTER);
      run.checkpoint(RESTORE, FILE, prefix);
      run.run("grokfast/init");
      assertThat(steps(run.session(), train, BEFORE, AFTER)).isNotEqualTo(uninterrupted);
    }
  }

  private GraphDef withSaver() {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      FrameworkOptimizer.MOMENTUM.create(graph).minimize(SmallModel.loss(graph));
      session.initialize();
      session.save(folder.resolve("unfiltered").toString());
      return graph.toGraphDef();
    }
  }

  private static List<List<Integer>> steps(Session session, String train, int from, int count) {
    List<List<Integer>> weights = new ArrayList<>();
    for (int step = from; step < from + count; step++) {
      Training.step(session, train, step);
      weights.add(Training.weights(session));
    }
    return weights;
  }
}
