package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.NonFinite;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** What inserted nodes are called, where they are placed, and how they are known again. */
@Tag("native")
class NamesAndPlacementTest {
  private static final DataType FLOAT = DataType.DT_FLOAT;
  private static final FilterOptions MANY_NODES =
      FilterOptions.builder()
          .startStep(2)
          .rampSteps(3)
          .stopStep(9)
          .nonFinite(NonFinite.SKIP)
          .compensateLearningRate(true)
          .statePrecision(Precision.BFLOAT16)
          .build();

  static Stream<GradientFilter> filters() {
    return Stream.of(
        Ema.of(0.9, 2).withOptions(MANY_NODES), MovingAverage.of(3, 5).withOptions(MANY_NODES));
  }

  private static GraphDef two() {
    return new GraphBuilder()
        .variable("layer/w", FLOAT, 2)
        .resource("layer/r", FLOAT, 2)
        .placeholder("g", FLOAT, 2)
        .descent("layer/w", "g", FLOAT)
        .resourceDescent("layer/r", "g", FLOAT)
        .group("train", "layer/w/apply", "layer/r/apply")
        .build();
  }

  @ParameterizedTest
  @MethodSource("filters")
  void everyInsertedNodeLiesUnderOneRootCarriesProvenanceAndSitsWithItsVariable(
      GradientFilter filter) {
    GraphDef before = two();
    GraphDef after = new GraphRewriter(filter).apply(before).graph();
    List<NodeDef> inserted =
        after.getNodeList().subList(before.getNodeCount(), after.getNodeCount());
    assertThat(inserted).isNotEmpty();
    for (NodeDef node : inserted) {
      assertThat(node.getName()).startsWith("grokfast/");
      assertThat(node.getAttrOrThrow("_grokfast").getS().toStringUtf8())
          .matches("grokfast \\d+\\.\\d+.*");
      for (String variable : List.of("layer/w", "layer/r")) {
        // Constants are free to be wherever their one reader is.
        if (node.getName().startsWith("grokfast/" + variable + "/")
            && !node.getOp().equals("Const")) {
          assertThat(node.getAttrOrThrow("_class").getList().getSList())
              .as(node.getName())
              .map(text -> text.toStringUtf8())
              .containsExactly("loc:@" + variable);
        }
      }
    }
    assertThat(inserted)
        .filteredOn(node -> node.containsAttr("_grokfast_filter"))
        .hasSize(2)
        .allSatisfy(
            node ->
                assertThat(node.getAttrOrThrow("_grokfast_filter").getS().toStringUtf8())
                    .isEqualTo(filter.describe()));
    assertThat(FilterStripper.apply(after)).isEqualTo(before);
  }

  @Test
  void namesThatTheGraphHasTakenAreLeftToIt() {
    GraphBuilder builder = GraphBuilder.single(FLOAT, 2);
    for (String name :
        List.of("grokfast/step", "grokfast/alpha", "grokfast/w/ema", "grokfast/w/gradient")) {
      builder.constant(name, FLOAT, 7);
    }
    builder.variable("grokfast", FLOAT, 1);
    GraphDef before = builder.build();
    var result = new GraphRewriter(Ema.of(0.5, 2)).apply(before);

    assertThat(result.graph().getNodeList()).containsAll(withoutTouched(before));
    assertThat(result.report().stateVariables())
        .containsExactly(
            "grokfast/step_1", "grokfast/w/ema_1", "grokfast/alpha_1", "grokfast/lamb");
    assertThat(FilterStripper.apply(result.graph())).isEqualTo(before);
    try (GraphRun run = new GraphRun(result.graph()).initialize()) {
      assertThat(run.step("train", "grokfast/w/gradient_1", "g", FLOAT, 1, 2))
          .containsExactly(3, 6);
      assertThat(run.fetch("grokfast/w/ema")).containsExactly(7);
      assertThat(run.fetch("w")).containsExactly(-0.375, -0.75);
    }
  }

  @Test
  void aVariableWhoseSharedNameIsThatOfOurStateKeepsItsValue() {
    GraphBuilder builder =
        new GraphBuilder()
            .resource("w", FLOAT, 1)
            .resource("mine", FLOAT, 1)
            .placeholder("g", FLOAT, 1)
            .resourceDescent("w", "g", FLOAT)
            .group("train", "w/apply");
    builder.node("ReadVariableOp", "mine/read", "mine").putAttr("dtype", GraphBuilder.type(FLOAT));
    GraphDef before = sharing(builder.build(), "mine", "grokfast/w/ema");
    var result = new GraphRewriter(Ema.of(0.5, 2)).apply(before);
    assertThat(result.report().stateVariables()).contains("grokfast/w/ema_1");
    assertThat(FilterStripper.apply(result.graph())).isEqualTo(before);
    try (GraphRun run = new GraphRun(result.graph()).initialize()) {
      assertThat(run.step("train", "grokfast/w/gradient", "g", FLOAT, 1)).containsExactly(3);
      assertThat(run.fetch("mine/read")).containsExactly(0);
    }
  }

  @Test
  void sharedNamesInFunctionsAreTakenToo() {
    NodeDef node =
        NodeDef.newBuilder()
            .setName("mine")
            .setOp("VarHandleOp")
            .putAttr("shared_name", GraphBuilder.string("grokfast/w/ema"))
            .build();
    GraphDef.Builder graph = GraphBuilder.single(FLOAT, 2).build().toBuilder();
    graph
        .getLibraryBuilder()
        .addFunctionBuilder()
        .addNodeDef(node)
        .getSignatureBuilder()
        .setName("f");
    assertThat(new GraphRewriter(Ema.of(0.5, 2)).apply(graph.build()).report().stateVariables())
        .contains("grokfast/w/ema_1");
  }

  private static GraphDef sharing(GraphDef graph, String variable, String name) {
    GraphDef.Builder result = graph.toBuilder();
    result.getNodeBuilderList().stream()
        .filter(node -> node.getName().equals(variable))
        .forEach(node -> node.putAttr("shared_name", GraphBuilder.string(name)));
    return result.build();
  }

  private static List<NodeDef> withoutTouched(GraphDef graph) {
    return graph.getNodeList().stream()
        .filter(node -> !node.getName().equals("Init") && !node.getName().equals("w/apply"))
        .toList();
  }

  @Test
  void variablesNamedLikeScalarsOfTheFilterDoNotCollide() {
    GraphDef before =
        new GraphBuilder()
            .variable("step", FLOAT, 1)
            .variable("alpha", FLOAT, 1)
            .placeholder("g", FLOAT, 1)
            .descent("step", "g", FLOAT)
            .descent("alpha", "g", FLOAT)
            .group("train", "step/apply", "alpha/apply")
            .build();
    GraphDef after = new GraphRewriter(Ema.of(0.5, 2)).apply(before).graph();
    assertThat(after.getNodeList()).extracting(NodeDef::getName).doesNotHaveDuplicates();
    try (GraphRun run = new GraphRun(after).initialize()) {
      run.step("train", "step/rate", "g", FLOAT, 1);
      assertThat(run.fetch("step")).containsExactly(-0.375);
      assertThat(run.fetch("alpha")).containsExactly(-0.375);
    }
  }

  @Test
  void controlInputsOfTheUpdateAreKept() {
    GraphBuilder builder =
        new GraphBuilder().variable("w", FLOAT, 1).placeholder("g", FLOAT, 1).group("first");
    builder.constant("rate", FLOAT, 0.125);
    builder
        .node("ApplyGradientDescent", "apply", "w", "rate", "g", "^first", "^g")
        .putAttr("T", GraphBuilder.type(FLOAT));
    GraphDef after = new GraphRewriter(Ema.of(0.5, 2)).apply(builder.build()).graph();
    assertThat(after.getNodeList())
        .filteredOn(node -> node.getName().equals("apply"))
        .singleElement()
        .satisfies(
            node ->
                assertThat(node.getInputList())
                    .isEqualTo(List.of("w", "rate", "grokfast/w/gradient", "^first", "^g")));
  }
}
