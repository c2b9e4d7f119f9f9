package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;

import org.grokfast.filter.Ema;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Which nodes count as initializers. */
@Tag("native")
class InitializerTest {
  private static final DataType FLOAT = DataType.DT_FLOAT;

  private static NodeDef node(GraphDef graph, String name) {
    return graph.getNodeList().stream().filter(n -> n.getName().equals(name)).findFirst().get();
  }

  @Test
  void aTrainOpThatClipsTheWeightsIsNoInitializer() {
    GraphBuilder builder = GraphBuilder.single(FLOAT, 1).constant("limit", FLOAT, 0.5);
    builder
        .node("Minimum", "clipped", "w", "limit", "^w/apply")
        .putAttr("T", GraphBuilder.type(FLOAT));
    builder.node("Assign", "clip", "w", "clipped").putAttr("T", GraphBuilder.type(FLOAT));
    GraphDef before = builder.group("train_and_clip", "clip").build();
    GraphDef after = new GraphRewriter(Ema.of(0.5, 2)).apply(before).graph();

    assertThat(node(after, "train_and_clip")).isEqualTo(node(before, "train_and_clip"));
    assertThat(node(after, "Init").getInputList()).contains("^grokfast/init");
    try (GraphRun run = new GraphRun(after).initialize()) {
      run.step("train_and_clip", "grokfast/w/gradient", "g", FLOAT, 1);
      assertThat(run.step("train_and_clip", "grokfast/w/gradient", "g", FLOAT, 3))
          .containsExactly(3 + 2 * 2);
    }
  }

  @Test
  void anOpThatSetsTheWeightsFromOutsideIsNoInitializer() {
    GraphBuilder builder = GraphBuilder.single(FLOAT, 1).placeholder("given", FLOAT, 1);
    builder.node("Assign", "set", "w", "given").putAttr("T", GraphBuilder.type(FLOAT));
    GraphDef before = builder.group("load_weights", "set").build();
    GraphDef after = new GraphRewriter(Ema.of(0.5, 2)).apply(before).graph();
    assertThat(node(after, "load_weights")).isEqualTo(node(before, "load_weights"));
  }

  @Test
  void withoutAnInitializerTheReportNamesTheOpToRun() {
    GraphDef before = GraphBuilder.single(FLOAT, 1).build();
    GraphDef without = before.toBuilder().removeNode(before.getNodeCount() - 1).build();
    var result = new GraphRewriter(Ema.of(0.5, 2)).apply(without);
    assertThat(result.report().notes())
        .contains("the graph has no initializer: run 'grokfast/init' once before training");
    assertThat(FilterStripper.apply(result.graph())).isEqualTo(without);
    try (GraphRun run = new GraphRun(result.graph())) {
      run.run("w/Assign").run("grokfast/init");
      assertThat(run.step("train", "grokfast/w/gradient", "g", FLOAT, 1)).containsExactly(3);
    }
  }
}
