package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.MovingAverage;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/** Graphs that can't be rewritten, and what is said of them. */
class GraphFaultsTest {
  private static final DataType FLOAT = DataType.DT_FLOAT;
  private static final GraphRewriter PASS = new GraphRewriter(Ema.of(0.9, 2));

  private static AbstractThrowableAssert<?, ?> refused(GraphDef graph) {
    return assertThatThrownBy(() -> PASS.apply(graph)).isInstanceOf(GraphRewriteException.class);
  }

  private static GraphDef withShape(TensorShapeProto shape) {
    GraphDef.Builder graph = GraphBuilder.single(FLOAT, 2).build().toBuilder();
    graph.getNodeBuilder(0).putAttr("shape", AttrValue.newBuilder().setShape(shape).build());
    return graph.build();
  }

  @Test
  void aGraphWithoutAnOptimizerSaysWhichGraphToGive() {
    refused(new GraphBuilder().placeholder("x", FLOAT, 1).build())
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessage(
            "no gradient reaches an optimizer in this graph: no update op was found; give the"
                + " graph that trains if this one is for inference, or name a gradient with"
                + " --gradient VARIABLE=TENSOR if it trains in a way that no rule knows");
  }

  @ParameterizedTest
  @EnumSource(names = {"DT_INT32", "DT_INT64", "DT_COMPLEX64"})
  void aVariableThatIsNotFloatingPointIsAMissThatNamesTheTypes(DataType type) {
    refused(GraphBuilder.single(type, 2).build())
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessageContaining("nearest: w/apply (apply-op): variable 'w' has type " + type)
        .hasMessageEndingWith("float16, bfloat16, float32 and float64 can be filtered");
  }

  @Test
  void aVariableOfUnknownShapeIsAMiss() {
    String message = "variable 'w' has no fixed shape, so that no state of its shape can be made";
    refused(withShape(TensorShapeProto.newBuilder().setUnknownRank(true).build()))
        .hasMessageEndingWith(message);
    TensorShapeProto.Dim unknown = TensorShapeProto.Dim.newBuilder().setSize(-1).build();
    refused(withShape(TensorShapeProto.newBuilder().addDim(unknown).build()))
        .hasMessageEndingWith(message);
  }

  @Test
  void aVariableWithoutItsAttributesIsAMiss() {
    GraphDef.Builder noShape = GraphBuilder.single(FLOAT, 2).build().toBuilder();
    noShape.getNodeBuilder(0).removeAttr("shape");
    refused(noShape.build()).hasMessageContaining("variable 'w' has no fixed shape");
    GraphDef.Builder noType = GraphBuilder.single(FLOAT, 2).build().toBuilder();
    noType.getNodeBuilder(0).removeAttr("dtype");
    refused(noType.build()).hasMessageContaining("variable 'w' has type DT_INVALID");
  }

  @Test
  void aVariableTooLargeToCountIsRefused() {
    TensorShapeProto.Dim huge = TensorShapeProto.Dim.newBuilder().setSize(1L << 40).build();
    refused(withShape(TensorShapeProto.newBuilder().addDim(huge).addDim(huge).build()))
        .hasMessageContaining("'grokfast/w/ema'")
        .hasMessageContaining("[1099511627776, 1099511627776]")
        .hasMessageContaining("exclude");
    assertThatThrownBy(
            () ->
                new GraphRewriter(MovingAverage.of(1 << 30, 1))
                    .apply(withShape(TensorShapeProto.newBuilder().addDim(huge).build())))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageContaining("'grokfast/w/window'");
  }

  @Test
  void anUpdateThatLacksItsGradientIsAMiss() {
    GraphBuilder builder = new GraphBuilder().variable("w", FLOAT, 2).constant("rate", FLOAT, 1);
    builder.node("ApplyGradientDescent", "apply", "w", "rate");
    refused(builder.build())
        .hasMessageEndingWith(
            "nearest: apply (apply-op): takes its gradient at input 2, which it does not have");
  }

  @Test
  void anUpdateOfSomethingElseThanAVariableIsAMiss() {
    GraphBuilder builder = new GraphBuilder().placeholder("w", FLOAT, 2).placeholder("g", FLOAT, 2);
    refused(builder.descent("w", "g", FLOAT).build())
        .hasMessageEndingWith("w/apply (apply-op): updates 'w', which leads to no variable here");
  }

  @Test
  void aDanglingInputIsRefusedWithNodeAndInput() {
    GraphDef.Builder graph = GraphBuilder.single(FLOAT, 2).build().toBuilder();
    graph.addNode(NodeDef.newBuilder().setName("reader").setOp("NoOp").addInput("^lost"));
    refused(graph.build())
        .hasMessage("node 'reader' takes input 0 from '^lost', but the graph has no such node");
  }

  @Test
  void twoNodesOfOneNameAreRefused() {
    GraphDef.Builder graph = GraphBuilder.single(FLOAT, 2).build().toBuilder();
    graph.addNode(NodeDef.newBuilder().setName("w").setOp("NoOp"));
    refused(graph.build()).hasMessage("the graph has two nodes named 'w'; names must be unique");
  }

  @Test
  void aPatternThatMatchesNoVariableIsRefused() {
    FilterOptions options = FilterOptions.builder().include("kernel").build();
    assertThatThrownBy(
            () ->
                new GraphRewriter(Ema.of(0.9, 2).withOptions(options))
                    .apply(GraphBuilder.single(FLOAT, 2).build()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage("include pattern 'kernel' matches none of the trained variables: w");
  }

  private static GraphDef customOptimizer() {
    GraphBuilder builder =
        new GraphBuilder()
            .resource("w", FLOAT, 2)
            .resource("w/lamb", FLOAT, 2)
            .constant("rate", FLOAT, 0.5)
            .placeholder("g", FLOAT, 2);
    builder.node("LambApply", "lamb", "w", "w/lamb", "rate", "g");
    builder.node("L2Loss", "norm", "g").putAttr("T", GraphBuilder.type(FLOAT));
    return builder.group("train", "lamb").build();
  }

  @Test
  void aCustomTrainingOpIsAMissThatSaysWhichFlagToGive() {
    refused(customOptimizer())
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessage(
            "no gradient reaches an optimizer in this graph: no update op was found that can be"
                + " filtered; nearest: lamb (custom-op): updates 'w' by the op 'LambApply', which is"
                + " not TensorFlow's; name its gradient with --gradient w=TENSOR, of the inputs"
                + " rate, g");
  }

  @Test
  void theNamedGradientOfACustomTrainingOpIsFilteredAndNothingElseThatTakesIt() {
    GraphDef original = customOptimizer();
    GraphDef rewritten = PASS.withGradients(java.util.Map.of("w", "g:0")).apply(original).graph();
    assertThat(node(rewritten, "lamb").getInputList())
        .containsExactly("w", "w/lamb", "rate", "grokfast/w/gradient");
    assertThat(node(rewritten, "norm")).isEqualTo(node(original, "norm"));
    assertThat(FilterStripper.apply(rewritten)).isEqualTo(original);
  }

  @Test
  void ofWhatTakesAGradientOnlyTheOptimizerIsRedirected() {
    GraphBuilder builder = GraphBuilder.single(FLOAT, 2);
    builder.node("L2Loss", "norm", "g").putAttr("T", GraphBuilder.type(FLOAT));
    builder.node("Identity", "report", "g").putAttr("T", GraphBuilder.type(FLOAT));
    GraphDef original = builder.build();
    GraphDef rewritten = PASS.apply(original).graph();
    assertThat(node(rewritten, "w/apply").getInput(2)).isEqualTo("grokfast/w/gradient");
    assertThat(node(rewritten, "norm")).isEqualTo(node(original, "norm"));
    assertThat(node(rewritten, "report")).isEqualTo(node(original, "report"));
  }

  @Test
  void twoOptimizersOfOneVariableGetAFilterEach() {
    GraphBuilder builder = GraphBuilder.single(FLOAT, 2).placeholder("h", FLOAT, 2);
    builder
        .node("ApplyGradientDescent", "second", "w", "w/rate", "h")
        .putAttr("T", GraphBuilder.type(FLOAT));
    GraphDef rewritten = PASS.apply(builder.build()).graph();
    assertThat(node(rewritten, "w/apply").getInput(2)).isEqualTo("grokfast/w/gradient");
    assertThat(node(rewritten, "second").getInput(2)).isEqualTo("grokfast/w_1/gradient");
    assertThat(node(rewritten, "grokfast/w_1/ema").getOp()).isEqualTo("VariableV2");
  }

  /** Legal, if strange: it is carried through, at the cost of its size. */
  @Test
  @Tag("large")
  void aListOfTenMillionElementsIsReadRewrittenAndPutBack(@TempDir Path folder) throws IOException {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    for (int i = 0; i < 10_000_000; i++) {
      list.addI(i % 100);
    }
    GraphBuilder builder = GraphBuilder.single(FLOAT, 2);
    builder.node("NoOp", "many").putAttr("numbers", AttrValue.newBuilder().setList(list).build());
    GraphDef original = builder.build();
    Path file = Files.write(folder.resolve("many.pb"), original.toByteArray());
    GraphDef read = new GraphFileReader().read(file).graph();
    GraphDef rewritten = PASS.apply(read).graph();
    assertThat(node(rewritten, "many").getAttrOrThrow("numbers").getList().getICount())
        .isEqualTo(10_000_000);
    assertThat(FilterStripper.apply(rewritten).equals(original)).isTrue();
  }

  /** A type in place of a shape, a list in place of a type. */
  @Test
  void attributesOfTheWrongKindCountAsMissing() {
    GraphDef.Builder graph = GraphBuilder.single(FLOAT, 2).build().toBuilder();
    graph.getNodeBuilder(0).putAttr("shape", GraphBuilder.type(FLOAT));
    refused(graph.build()).hasMessageEndingWith("so that no state of its shape can be made");
    graph = GraphBuilder.single(FLOAT, 2).build().toBuilder();
    graph
        .getNodeBuilder(0)
        .putAttr(
            "dtype",
            AttrValue.newBuilder()
                .setList(AttrValue.ListValue.newBuilder().addType(FLOAT))
                .build());
    refused(graph.build()).hasMessageContaining("variable 'w' has type DT_INVALID");
  }

  @Test
  void namesWithOddCharactersAreKept() {
    String odd = "Größe.1/-_\\>w";
    GraphDef.Builder graph = GraphBuilder.single(FLOAT, 2).build().toBuilder();
    graph
        .getNodeBuilderList()
        .forEach(
            node -> {
              node.setName(renamed(node.getName(), odd));
              for (int i = 0; i < node.getInputCount(); i++) {
                node.setInput(i, renamed(node.getInput(i), odd));
              }
            });
    GraphDef original = graph.build();
    GraphDef rewritten = PASS.apply(original).graph();
    assertThat(node(rewritten, "w/apply").getInput(2)).isEqualTo("grokfast/" + odd + "/gradient");
    assertThat(FilterStripper.apply(rewritten)).isEqualTo(original);
  }

  private static String renamed(String name, String odd) {
    return name.equals("w") ? odd : name;
  }

  private static NodeDef node(GraphDef graph, String name) {
    return graph.getNodeList().stream()
        .filter(candidate -> candidate.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
