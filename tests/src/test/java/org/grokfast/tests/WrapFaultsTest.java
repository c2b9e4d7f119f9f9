package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.rewrite.NothingToRewriteException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.proto.DataType;

/** Live graphs: what can't be wrapped, and several train ops. */
@Tag("native")
class WrapFaultsTest {
  private static final DataType FLOAT = DataType.DT_FLOAT;
  private static final Ema FILTER = Ema.of(0.5, 2);

  @Test
  void anOpThatRunsNoUpdateIsRefused() {
    try (GraphRun run = new GraphRun(GraphBuilder.single(FLOAT, 2).build())) {
      Graph graph = run.graph();
      assertThatThrownBy(() -> Grokfast.wrap(graph, graph.operation("Init"), FILTER))
          .isInstanceOf(NothingToRewriteException.class)
          .hasMessage(
              "train op 'Init' runs no update that can be filtered; give the op that the training"
                  + " loop runs");
    }
  }

  @Test
  void anOpWhoseUpdatesCannotBeFilteredSaysWhy() {
    try (GraphRun run = new GraphRun(GraphBuilder.single(DataType.DT_COMPLEX64, 2).build())) {
      Graph graph = run.graph();
      assertThatThrownBy(() -> Grokfast.wrap(graph, graph.operation("train"), FILTER))
          .isInstanceOf(NothingToRewriteException.class)
          .hasMessageContaining("nearest: w/apply (apply-op): variable 'w' has type DT_COMPLEX64");
    }
  }

  @Test
  void twoTrainOpsAreWrappedOneAfterTheOther() {
    var def =
        new GraphBuilder()
            .variable("a", FLOAT, 1)
            .variable("b", FLOAT, 1)
            .placeholder("ga", FLOAT, 1)
            .placeholder("gb", FLOAT, 1)
            .descent("a", "ga", FLOAT)
            .descent("b", "gb", FLOAT)
            .group("train_a", "a/apply")
            .group("train_b", "b/apply")
            .build();
    try (GraphRun run = new GraphRun(def)) {
      Graph graph = run.graph();
      var first = Grokfast.wrap(graph, graph.operation("train_a"), FILTER);
      var second = Grokfast.wrap(graph, graph.operation("train_b"), FILTER);
      assertThat(first.report().notes()).anyMatch(note -> note.contains("'grokfast/init'"));
      assertThat(second.report().notes()).anyMatch(note -> note.contains("'grokfast/init_1'"));
      run.initialize();
      String trainA = first.trainOp().name();
      String trainB = second.trainOp().name();
      assertThat(run.step(trainA, "grokfast/a/gradient", "ga", FLOAT, 1)).containsExactly(3);
      assertThat(run.step(trainA, "grokfast/a/gradient", "ga", FLOAT, 1)).containsExactly(3);
      assertThat(run.step(trainB, "grokfast/b/gradient", "gb", FLOAT, 2)).containsExactly(6);
      assertThat(run.fetch("a")).containsExactly(-0.75);
      assertThat(run.fetch("b")).containsExactly(-0.75);
    }
  }
}
