package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.grokfast.filter.Chain;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterDescription;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Perpendicular;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Laws 2 to 5 on the graphs of all optimizers. */
@Tag("native")
class StripLawTest {
  @TempDir Path folder;

  static Stream<Arguments> graphs() {
    return Stream.of(FrameworkOptimizer.values())
        .flatMap(
            optimizer ->
                Stream.of(
                        Ema.of(0.9, 2),
                        MovingAverage.of(4, 5),
                        Chain.of(Ema.of(0.9, 2), Perpendicular.defaults()))
                    .flatMap(
                        filter ->
                            Stream.of(true, false)
                                .map(saver -> Arguments.of(optimizer, filter, saver))));
  }

  private GraphDef graph(FrameworkOptimizer kind, boolean saver) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      kind.create(graph).minimize(SmallModel.loss(graph));
      session.initialize();
      if (saver) {
        session.save(folder.resolve("checkpoint").toString());
      }
      return graph.toGraphDef();
    }
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void strippingARewrittenGraphGivesTheSameMessageAndAllElseKeepsItsMeaning(
      FrameworkOptimizer kind, GradientFilter filter, boolean saver) {
    GraphDef original = graph(kind, saver);
    GraphRewriter.Result result = new GraphRewriter(filter).apply(original);
    GraphDef rewritten = result.graph();

    assertThat(FilterStripper.apply(rewritten)).isEqualTo(original);
    assertThat(new GraphRewriter(filter).apply(original).graph().toByteString())
        .isEqualTo(rewritten.toByteString());
    assertThatThrownBy(() -> new GraphRewriter(filter).apply(rewritten))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageStartingWith(
            "the graph already holds " + FilterDescription.brief(filter.describe()) + " at node '")
        .hasMessageContaining("(grokfast ")
        .hasMessageContaining("strip it first");

    Set<String> changed = changedNodes(original, rewritten, result);
    String notes = String.join("\n", result.report().notes());
    assertThat(changed)
        .as("every changed node is named by the report's notes: %s", notes)
        .allMatch(notes::contains);
    assertThat(changed).hasSize(saver ? 3 : 1);
  }

  /** Checks every node that was there, and returns those changed besides the gradients' edges. */
  private static Set<String> changedNodes(
      GraphDef original, GraphDef rewritten, GraphRewriter.Result result) {
    Map<GradientEdge, String> redirected = new HashMap<>();
    result
        .report()
        .plan()
        .sites()
        .forEach(
            planned ->
                planned
                    .site()
                    .edges()
                    .forEach(edge -> redirected.put(edge, planned.site().variable().name())));
    Set<String> changed = new TreeSet<>();
    for (int i = 0; i < original.getNodeCount(); i++) {
      NodeDef before = original.getNode(i);
      NodeDef after = rewritten.getNode(i);
      NodeDef.Builder undone = after.toBuilder();
      for (int input = 0; input < before.getInputCount(); input++) {
        String variable = redirected.remove(new GradientEdge(before.getName(), input));
        if (variable != null) {
          assertThat(after.getInput(input)).isEqualTo("grokfast/" + variable + "/gradient");
          undone.setInput(input, before.getInput(input));
        }
      }
      if (!undone.build().equals(before)) {
        assertThat(after.getName()).isEqualTo(before.getName());
        assertThat(after.getOp()).isEqualTo(before.getOp());
        assertThat(before.getOp()).isIn("NoOp", "SaveV2");
        changed.add(before.getName());
      }
    }
    assertThat(redirected).isEmpty();
    assertThat(rewritten.getNodeList().subList(original.getNodeCount(), rewritten.getNodeCount()))
        .allMatch(node -> node.getName().startsWith("grokfast/"));
    assertThat(rewritten.getVersions()).isEqualTo(original.getVersions());
    assertThat(rewritten.getLibrary()).isEqualTo(original.getLibrary());
    return changed;
  }

  @Test
  void replacingAFilterGivesWhatRewritingTheOriginalGives() {
    GraphDef original = graph(FrameworkOptimizer.MOMENTUM, true);
    GraphDef first = new GraphRewriter(Ema.of(0.9, 2)).apply(original).graph();
    GraphRewriter other = new GraphRewriter(MovingAverage.of(3, 1));
    assertThat(other.replace(first).graph()).isEqualTo(other.apply(original).graph());
  }

  @Test
  void strippingAGraphWithoutAFilterIsRefused() {
    GraphDef original = graph(FrameworkOptimizer.MOMENTUM, false);
    assertThat(FilterStripper.isRewritten(original)).isFalse();
    assertThatThrownBy(() -> FilterStripper.apply(original))
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessage("the graph holds no filter: there is nothing to strip");
  }

  @Test
  void anExcludedVariablesNodesAreNotTouched() {
    GraphDef original = graph(FrameworkOptimizer.ADAM, false);
    var options = org.grokfast.filter.FilterOptions.builder().exclude("^b$").build();
    var result = new GraphRewriter(Ema.of(0.9, 2).withOptions(options)).apply(original);
    assertThat(result.report().plan().excluded()).isEqualTo(List.of("b"));
    assertThat(result.graph().getNodeList())
        .noneMatch(node -> node.getName().startsWith("grokfast/b"));
  }
}
