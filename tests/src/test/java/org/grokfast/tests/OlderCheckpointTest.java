package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.io.GraphFileException;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.live.RestoredCheckpoint;
import org.grokfast.tensorflow.live.WrapOptions;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** A program that wraps its graph goes on from what it saved before. */
@Tag("native")
class OlderCheckpointTest {
  private static final int BEFORE = 5;
  private static final int AFTER = 6;

  @TempDir Path folder;

  static Stream<GradientFilter> filters() {
    return Stream.of(Ema.of(0.9, 2), MovingAverage.of(3, 5));
  }

  /** How the graph comes by its saver. */
  enum SaverForm {
    ADDED_BY_WRAP,
    LEFT_TO_TENSORFLOW,
    THERE_BEFORE;

    WrapOptions options(WrapOptions options) {
      return switch (this) {
        case ADDED_BY_WRAP -> options.withSaver();
        case LEFT_TO_TENSORFLOW -> options.withoutSaver();
        case THERE_BEFORE -> options;
      };
    }
  }

  static Stream<Arguments> filtersAndSavers() {
    return filters()
        .flatMap(filter -> Stream.of(SaverForm.values()).map(saver -> Arguments.of(filter, saver)));
  }

  private String prefix(String name) {
    return folder.resolve(name).toString();
  }

  private static Op train(Graph graph) {
    return new Momentum(graph, 0.1f, 0.9f).minimize(SmallModel.loss(graph));
  }

  /** Trains without a filter, saves, and goes on with a filter that starts afresh. */
  private List<List<Integer>> uninterrupted(GradientFilter filter, String prefix) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Op plain = train(graph);
      session.initialize();
      steps(session, plain.op().name(), 0, BEFORE);
      session.save(prefix);
      WrappedGraph wrapped = Grokfast.wrap(graph, plain, filter);
      return steps(session, wrapped.trainOp().name(), BEFORE, AFTER);
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

  @ParameterizedTest
  @MethodSource("filters")
  void oneMoreLineAndSessionRestoreContinues(GradientFilter filter) {
    List<List<Integer>> expected = uninterrupted(filter, prefix("older"));
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      WrappedGraph wrapped = Grokfast.wrap(graph, train(graph), filter);
      session.restore(prefix("older"));
      assertThat(steps(session, wrapped.trainOp().name(), BEFORE, AFTER)).isEqualTo(expected);
      assertThat(wrapped.report().notes())
          .anyMatch(note -> note.contains("or starts the filter afresh where there is none"));
    }
  }

  @ParameterizedTest
  @MethodSource("filters")
  void theStateOfStepsBeforeTheRestoringIsGone(GradientFilter filter) {
    List<List<Integer>> expected = uninterrupted(filter, prefix("older"));
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      WrappedGraph wrapped = Grokfast.wrap(graph, train(graph), filter);
      session.initialize();
      steps(session, wrapped.trainOp().name(), 20, 7);
      session.restore(prefix("older"));
      assertThat(steps(session, wrapped.trainOp().name(), BEFORE, AFTER)).isEqualTo(expected);
    }
  }

  @ParameterizedTest(name = "{1}, {0}")
  @MethodSource("filtersAndSavers")
  void theWrappedGraphRestoresItAndSaysSo(GradientFilter filter, SaverForm saver) {
    List<List<Integer>> expected = uninterrupted(filter, prefix("older"));
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Op plain = train(graph);
      if (saver == SaverForm.THERE_BEFORE) {
        session.save(prefix("unused"));
      }
      WrappedGraph wrapped = Grokfast.wrap(graph, plain, saver.options(WrapOptions.of(filter)));
      steps(session, wrapped.trainOp().name(), 20, 7);
      RestoredCheckpoint restored = wrapped.restore(session, prefix("older"));
      assertThat(restored.filterContinues()).isFalse();
      assertThat(restored.missing()).containsExactlyInAnyOrderElementsOf(wrapped.stateVariables());
      assertThat(restored.text())
          .startsWith("checkpoint '" + prefix("older") + "' holds no state of the filter (no 'grok")
          .endsWith("'), which starts afresh");
      assertThat(steps(session, wrapped.trainOp().name(), BEFORE, AFTER)).isEqualTo(expected);
    }
  }

  /** What one form of saver writes, any other reads. */
  @ParameterizedTest(name = "{1}, {0}")
  @MethodSource("filtersAndSavers")
  void aCheckpointWithStateContinuesTheFilter(GradientFilter filter, SaverForm reader) {
    for (SaverForm writer : List.of(SaverForm.ADDED_BY_WRAP, SaverForm.LEFT_TO_TENSORFLOW)) {
      String prefix = prefix(reader + "-" + writer);
      List<List<Integer>> expected;
      try (Graph graph = new Graph();
          Session session = new Session(graph)) {
        WrappedGraph wrapped =
            Grokfast.wrap(graph, train(graph), writer.options(WrapOptions.of(filter)));
        session.initialize();
        steps(session, wrapped.trainOp().name(), 0, BEFORE);
        session.save(prefix);
        expected = steps(session, wrapped.trainOp().name(), BEFORE, AFTER);
      }
      try (Graph graph = new Graph();
          Session session = new Session(graph)) {
        Op plain = train(graph);
        if (reader == SaverForm.THERE_BEFORE) {
          session.save(prefix("unused"));
        }
        WrappedGraph wrapped = Grokfast.wrap(graph, plain, reader.options(WrapOptions.of(filter)));
        RestoredCheckpoint restored = wrapped.restore(session, prefix);
        assertThat(restored.text())
            .isEqualTo("checkpoint '" + prefix + "' was restored with the state of the filter");
        assertThat(steps(session, wrapped.trainOp().name(), BEFORE, AFTER))
            .as("written by %s", writer)
            .isEqualTo(expected);
        if (reader != SaverForm.THERE_BEFORE) {
          session.restore(prefix);
          assertThat(steps(session, wrapped.trainOp().name(), BEFORE, AFTER)).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void theStateOfAnotherFilterIsNoStateOfThisOne() {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      WrappedGraph wrapped = Grokfast.wrap(graph, train(graph), MovingAverage.of(3, 5));
      session.initialize();
      steps(session, wrapped.trainOp().name(), 0, BEFORE);
      session.save(prefix("average"));
    }
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      WrappedGraph wrapped = Grokfast.wrap(graph, train(graph), Ema.of(0.9, 2));
      RestoredCheckpoint restored = wrapped.restore(session, prefix("average"));
      assertThat(restored.filterContinues()).isFalse();
      assertThat(restored.missing()).contains("grokfast/w/ema", "grokfast/b/ema");
      steps(session, wrapped.trainOp().name(), BEFORE, 1);
    }
  }

  @Test
  void aCheckpointOfAnotherModelIsRefused() {
    uninterrupted(Ema.of(0.9, 2), prefix("older"));
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Op plain = train(graph);
      Ops tf = Ops.create(graph);
      tf.withInitScope()
          .assign(
              tf.withInitScope().withName("extra").variable(Shape.scalar(), TFloat32.class),
              tf.withInitScope().constant(1f));
      WrappedGraph wrapped =
          Grokfast.wrap(graph, plain, WrapOptions.of(Ema.of(0.9, 2)).withoutSaver());
      assertThatThrownBy(() -> wrapped.restore(session, prefix("older")))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessage(
              "checkpoint '"
                  + prefix("older")
                  + "' lacks variable 'extra', which the graph had before it was wrapped; give a"
                  + " checkpoint of this graph");
    }
  }

  @Test
  void aMissingCheckpointIsNamed() {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      WrappedGraph wrapped = Grokfast.wrap(graph, train(graph), Ema.of(0.9, 2));
      assertThatThrownBy(() -> wrapped.restore(session, prefix("none")))
          .isInstanceOf(GraphFileException.class)
          .hasMessageContaining(prefix("none") + ".index");
    }
  }

  /** The last of several wrappings brings the saver, which knows the state of all. */
  @Test
  void aGraphOfTwoTrainOpsIsSavedAndContinued() {
    String prefix = prefix("two");
    double[] expected;
    try (GraphRun run = new GraphRun(twoTrainOps())) {
      var wrapped = wrapBoth(run.graph());
      run.initialize();
      stepBoth(run, wrapped);
      run.session().save(prefix);
      expected = stepBoth(run, wrapped);
    }
    try (GraphRun run = new GraphRun(twoTrainOps())) {
      var wrapped = wrapBoth(run.graph());
      run.session().restore(prefix);
      assertThat(stepBoth(run, wrapped)).isEqualTo(expected);
    }
  }

  @Test
  void aGraphOfTwoTrainOpsContinuesAnOlderCheckpoint() {
    String prefix = prefix("two-older");
    double[] expected;
    try (GraphRun run = new GraphRun(twoTrainOps()).initialize()) {
      run.step("train_a", "a", "ga", DataType.DT_FLOAT, 1);
      run.session().save(prefix);
      expected = stepBoth(run, wrapBoth(run.graph()));
    }
    try (GraphRun run = new GraphRun(twoTrainOps())) {
      var wrapped = wrapBoth(run.graph());
      run.session().restore(prefix);
      assertThat(stepBoth(run, wrapped)).isEqualTo(expected);
    }
  }

  private static GraphDef twoTrainOps() {
    var type = DataType.DT_FLOAT;
    return new GraphBuilder()
        .variable("a", type, 1)
        .variable("b", type, 1)
        .placeholder("ga", type, 1)
        .placeholder("gb", type, 1)
        .descent("a", "ga", type)
        .descent("b", "gb", type)
        .group("train_a", "a/apply")
        .group("train_b", "b/apply")
        .build();
  }

  private static List<String> wrapBoth(Graph graph) {
    return Stream.of("train_a", "train_b")
        .map(name -> Grokfast.wrap(graph, graph.operation(name), Ema.of(0.5, 2)))
        .map(wrapped -> wrapped.trainOp().name())
        .toList();
  }

  private static double[] stepBoth(GraphRun run, List<String> trainOps) {
    var type = DataType.DT_FLOAT;
    run.step(trainOps.get(0), "grokfast/a/gradient", "ga", type, 1);
    run.step(trainOps.get(1), "grokfast/b/gradient", "gb", type, 3);
    return new double[] {
      run.step(trainOps.get(0), "grokfast/a/gradient", "ga", type, 2)[0],
      run.step(trainOps.get(1), "grokfast/b/gradient", "gb", type, 5)[0],
      run.fetch("a")[0],
      run.fetch("b")[0]
    };
  }
}
