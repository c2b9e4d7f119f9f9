package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.grokfast.filter.Ema;
import org.grokfast.filter.MovingAverage;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

/** Two train ops in one graph, as a generator and a discriminator have them. */
@Tag("native")
class SeveralOptimizersTest {
  private static final DataType FLOAT = DataType.DT_FLOAT;

  private static GraphDef graph() {
    return new GraphBuilder()
        .variable("a", FLOAT, 1)
        .variable("b", FLOAT, 1)
        .placeholder("ga", FLOAT, 1)
        .placeholder("gb", FLOAT, 1)
        .descent("a", "ga", FLOAT)
        .descent("b", "gb", FLOAT)
        .group("train_a", "a/apply")
        .group("train_b", "b/apply")
        .build();
  }

  @Test
  void eachCountsItsOwnSteps() {
    var result = new GraphRewriter(Ema.of(0.5, 2)).apply(graph());
    assertThat(result.report().stateVariables()).contains("grokfast/step", "grokfast/step_1");
    try (GraphRun run = new GraphRun(result.graph()).initialize()) {
      for (int t = 0; t < 3; t++) {
        run.step("train_a", "grokfast/a/gradient", "ga", FLOAT, 1);
      }
      // The first step of b is its own: its average starts as its gradient.
      assertThat(run.step("train_b", "grokfast/b/gradient", "gb", FLOAT, 4)).containsExactly(12);
      assertThat(run.step("train_a", "grokfast/a/gradient", "ga", FLOAT, 5)).containsExactly(11);
      assertThat(run.step("train_b", "grokfast/b/gradient", "gb", FLOAT, 4)).containsExactly(12);
      assertThat(run.fetch("grokfast/step")).containsExactly(4);
      assertThat(run.fetch("grokfast/step_1")).containsExactly(2);
    }
  }

  @Test
  void eachWarmsUpByItself() {
    GraphDef rewritten = new GraphRewriter(MovingAverage.of(2, 1)).apply(graph()).graph();
    try (GraphRun run = new GraphRun(rewritten).initialize()) {
      for (int t = 0; t < 4; t++) {
        run.step("train_a", "grokfast/a/gradient", "ga", FLOAT, 1);
      }
      assertThat(run.step("train_b", "grokfast/b/gradient", "gb", FLOAT, 3)).containsExactly(3);
      assertThat(run.step("train_b", "grokfast/b/gradient", "gb", FLOAT, 5)).containsExactly(9);
    }
  }

  @Test
  void variablesOfOneTrainOpShareACounter() {
    GraphDef together =
        graph().toBuilder()
            .addNode(new GraphBuilder().group("both", "train_a", "train_b").build().getNode(0))
            .build();
    var result = new GraphRewriter(Ema.of(0.5, 2)).apply(together);
    assertThat(result.report().stateVariables()).doesNotContain("grokfast/step_1");
    try (GraphRun run = new GraphRun(result.graph()).initialize()) {
      run.step(
          "both",
          "grokfast/a/gradient",
          Map.of("ga", new double[] {1}, "gb", new double[] {1}),
          FLOAT);
      assertThat(run.fetch("grokfast/step")).containsExactly(1);
    }
  }
}
