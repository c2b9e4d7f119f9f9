package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.Map;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Unfiltered;
import org.grokfast.pass.DecoupledWeightDecay;
import org.grokfast.pass.Muon;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.graph.Provenance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Updates in whose place Muon can't step, and what is named where it does. */
class MuonRefusalsTest {
  private static final DataType TYPE = DataType.DT_FLOAT;

  private static GradientFilter muon(String matrices) {
    return Unfiltered.with(Muon.of(0.02, matrices));
  }

  /** A matrix {@code w} and a bias {@code b}, each with its gradient fed. */
  private static GraphBuilder model() {
    GraphBuilder graph =
        new GraphBuilder()
            .resource("w", TYPE, 3, 4)
            .resource("b", TYPE, 4)
            .placeholder("gw", TYPE, 3, 4)
            .placeholder("gb", TYPE, 4);
    graph.resourceDescent("w", "gw", TYPE);
    graph.resourceDescent("b", "gb", TYPE);
    return graph;
  }

  private static GraphDef graph() {
    return model().group("train", "w/apply", "b/apply").build();
  }

  private static void assertRefused(GraphDef graph, GradientFilter filter, String message) {
    assertThatThrownBy(() -> new GraphRewriter(filter).apply(graph))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(message);
  }

  @Test
  void aPatternThatMatchesNothingOrNoMatrixIsNothingToRewrite() {
    assertThatThrownBy(() -> new GraphRewriter(muon("kernel")).apply(graph()))
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessage("muon-matrices pattern 'kernel' matches none of the trained variables: w, b");
    assertThatThrownBy(() -> new GraphRewriter(muon("b")).apply(graph()))
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessage(
            "muon takes matrices alone, and none of the variables that match is one: b [4]");
  }

  @Test
  void whatMatchesAndIsNoMatrixKeepsItsUpdateAndIsNamed() {
    var result = new GraphRewriter(muon("w|b")).apply(graph());
    assertThat(result.report().notes())
        .contains(
            "muon takes matrices alone, and leaves these to the graph's optimizer: b [4]",
            "in place of these updates another one is made, and the slots that they alone wrote"
                + " stay as they are, in checkpoints too: w/apply");
    assertThat(node(result.graph(), "b/apply").getOp()).isEqualTo("ResourceApplyGradientDescent");
    assertThat(node(result.graph(), "w/apply").getOp()).isEqualTo("AssignSubVariableOp");
    assertThat(result.report().stateVariables())
        .contains("grokfast/w/muon/momentum", "grokfast/muon/lr")
        .noneMatch(name -> name.startsWith("grokfast/b/muon"));
  }

  @Test
  void theRateIsAConstantWhereNothingIsTunable() {
    FilterOptions options =
        FilterOptions.builder().tunable(false).passes(Muon.of(0.02, "w")).build();
    var report = new GraphRewriter(new Unfiltered(options)).apply(graph()).report();
    assertThat(report.stateVariables()).noneMatch(name -> name.endsWith("lr"));
  }

  @Test
  void decayOfTheOptimizersRateIsRefusedForItsMatricesAndPossibleForOthers() {
    Muon muon = Muon.of(0.02, "^w$");
    assertRefused(
        graph(),
        Unfiltered.with(muon, DecoupledWeightDecay.of(0.1)),
        "variable 'w': decoupled-weight-decay follows the learning rate of an update in whose place"
            + " muon steps, which has a decay of its own; give that, and leave the variable out"
            + " with --decay-exclude");
    new GraphRewriter(Unfiltered.with(muon, DecoupledWeightDecay.of(0.1).except("^w$")))
        .apply(graph());
  }

  @Test
  void aSparseGradientIsAnEmbeddingsAndRefused() {
    GraphBuilder graph =
        model().placeholder("rows", TYPE, 2, 4).placeholder("numbers", DataType.DT_INT32, 2);
    graph.resource("e", TYPE, 9, 4);
    graph
        .node("ResourceSparseApplyAdagrad", "e/apply", "e", "w", "lr", "rows", "numbers")
        .putAttr("T", GraphBuilder.type(TYPE))
        .putAttr("Tindices", GraphBuilder.type(DataType.DT_INT32));
    graph.constant("lr", TYPE, 0.125);
    assertThatThrownBy(
            () ->
                new GraphRewriter(muon("^e$"))
                    .apply(graph.group("train", "w/apply", "b/apply", "e/apply").build()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageStartingWith("variable 'e': muon is not possible at 'e/apply', as its gradient")
        .hasMessageContaining("is sparse (")
        .hasMessageEndingWith(
            "), which is an embedding's, not a hidden layer's; leave the variable out of"
                + " --muon-matrices");
  }

  @Test
  void aVariableWithTwoUpdatesIsRefused() {
    GraphBuilder graph = model();
    graph
        .node("ResourceApplyGradientDescent", "again", "w", "w/rate", "gw")
        .putAttr("T", GraphBuilder.type(TYPE));
    assertRefused(
        graph.group("train", "w/apply", "again", "b/apply").build(),
        muon("^w$"),
        "variable 'w' is updated at 'w/apply' and at 'again', which don't count together, so that"
            + " muon has no order there; leave the variable out of --muon-matrices");
  }

  /** Such as the constraint of a Keras layer, after the update. */
  @Test
  void anUpdateInOpsWithASecondWriteBehindItIsRefused() {
    GraphBuilder graph =
        new GraphBuilder()
            .resource("w", TYPE, 3, 4)
            .placeholder("gw", TYPE, 3, 4)
            .constant("rate", TYPE, 0.125)
            .constant("least", TYPE, 0);
    typed(graph, "Mul", "T", "step", "rate", "gw");
    typed(graph, "AssignSubVariableOp", "dtype", "update", "w", "step");
    typed(graph, "ReadVariableOp", "dtype", "updated", "w", "^update");
    typed(graph, "Maximum", "T", "limited", "updated", "least");
    typed(graph, "AssignVariableOp", "dtype", "constrain", "w", "limited");
    GraphDef built = graph.group("train", "constrain").build();
    assertThatThrownBy(
            () -> new GraphRewriter(muon("^w$")).withGradients(Map.of("w", "gw:0")).apply(built))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageContaining(
            "its gradient goes into several writes of it, 'update' and 'constrain', so that which"
                + " of them is the update is not known for certain");
  }

  private static void typed(
      GraphBuilder graph, String op, String attribute, String name, String... inputs) {
    graph.node(op, name, inputs).putAttr(attribute, GraphBuilder.type(TYPE));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatDecaysTheMatrixAlreadyIsNamed(boolean decays) {
    GraphBuilder graph = model();
    graph.node("ReadVariableOp", "w/Read", "w").putAttr("dtype", GraphBuilder.type(TYPE));
    graph
        .node("AssignSubVariableOp", "w/decay", "w", "w/Read")
        .putAttr("dtype", GraphBuilder.type(TYPE));
    Muon muon = Muon.of(0.02, "^w$").withDecay(decays ? 0.1 : 0);
    var result =
        new GraphRewriter(Unfiltered.with(muon))
            .apply(graph.group("train", "w/apply", "b/apply", "w/decay").build());
    assertThat(result.report().notes())
        .contains(
            "hazard: 'w/decay' already makes a new value out of 'w'"
                + (decays
                    ? ", so that weights may shrink twice: leave --muon out, or that"
                    : ", and goes on to beside --muon"));
  }

  @Test
  void anUpdateThatCanNotBePutBackIsRefusedByName() {
    GraphDef rewritten = new GraphRewriter(muon("w")).apply(graph()).graph();
    assertThatThrownBy(
            () -> FilterStripper.apply(carrying(rewritten, ByteString.copyFromUtf8("\377"))))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "node 'w/apply' stands in place of an update, but what it carries of that,"
                + " _grokfast_replaced, is damaged; strip the graph as the pass wrote it");
    ByteString other = node(graph(), "b/apply").toByteString();
    assertThatThrownBy(() -> FilterStripper.apply(carrying(rewritten, other)))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageContaining("_grokfast_replaced, is that of 'b/apply'; strip");
    GraphDef.Builder pruned = rewritten.toBuilder();
    for (int i = 0; i < pruned.getNodeCount(); i++) {
      if (pruned.getNode(i).getName().equals("w/rate")) {
        pruned.removeNode(i);
      }
    }
    assertThatThrownBy(() -> FilterStripper.apply(pruned.build()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageContaining("_grokfast_replaced, takes 'w/rate', which is no longer there");
  }

  private static GraphDef carrying(GraphDef graph, ByteString update) {
    GraphDef.Builder other = graph.toBuilder();
    other.getNodeBuilderList().stream()
        .filter(node -> node.getName().equals("w/apply"))
        .forEach(
            node ->
                node.putAttr(
                    Provenance.REPLACED,
                    node.getAttrOrThrow(Provenance.REPLACED).toBuilder().setS(update).build()));
    return other.build();
  }

  private static NodeDef node(GraphDef graph, String name) {
    return graph.getNodeList().stream()
        .filter(node -> node.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
