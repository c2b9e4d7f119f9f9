package org.grokfast.tensorflow.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.Quote;
import org.grokfast.io.ReadLimits;
import org.grokfast.tensorflow.file.check.ShapeCheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

class GraphValidatorTest {
  private final GraphValidator validator = new GraphValidator();

  @ParameterizedTest
  @ValueSource(strings = {"adam.pb", "adam.meta", "while.pb", "sgd.meta.pbtxt", "saved_model"})
  void acceptsWhatTensorFlowWrote(String name) {
    GraphFile file = new GraphFileReader().read(Fixtures.path(name));

    assertThatCode(() -> validator.validate(file)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "A.b-c_d/e>f\\g", "_internal", "0", ".x"})
  void acceptsWellFormedNames(String name) {
    assertThatCode(() -> validate(Fixtures.node(name, "NoOp"))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-a", "/a", "a b", "a:0", "^a", "é", "a\u0000"})
  void refusesIllFormedNames(String name) {
    assertRefused(Fixtures.node(name, "NoOp"))
        .hasMessageStartingWith(
            "g: node number 0 (op \"NoOp\") has the ill-formed name " + Quote.name(name) + ".");
  }

  @Test
  void refusesAnEmptyName() {
    assertRefused(Fixtures.node("", "NoOp"))
        .hasMessageStartingWith("g: node number 0 (op \"NoOp\") has the empty name.");
  }

  @Test
  void refusesANodeWithoutAnOp() {
    assertRefused(Fixtures.node("a", "")).hasMessageStartingWith("g: node \"a\": has no op.");
  }

  @Test
  void refusesTwoNodesOfOneName() {
    assertRefused(
            Fixtures.node("a", "NoOp"), Fixtures.node("b", "NoOp"), Fixtures.node("a", "NoOp"))
        .hasMessage("g: nodes number 0 and 2 are both named \"a\". Names must be unique.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "^", "^x:1", "x:-1", "x:", ":0", "x:0:1", "x:9999999999", "x y"})
  void refusesIllFormedInputs(String input) {
    assertRefused(Fixtures.node("x", "Const"), Fixtures.node("y", "Identity", input))
        .hasMessage(
            "g: node \"y\", input 0: "
                + Quote.name(input)
                + " is ill-formed. Expected node, node:1 or ^node.");
  }

  @Test
  void refusesADataInputAfterAControlInput() {
    assertRefused(Fixtures.node("x", "Const"), Fixtures.node("y", "Identity", "^x", "x"))
        .hasMessage(
            "g: node \"y\", input 1: \"x\" follows a control input. Control inputs come last.");
  }

  @Test
  void refusesADanglingInputAndNamesTheNearestNode() {
    assertRefused(Fixtures.node("weights", "Const"), Fixtures.node("y", "Identity", "wieghts:0"))
        .hasMessage(
            "g: node \"y\", input 0: there is no node \"wieghts\". The nearest name is"
                + " \"weights\".");
    assertRefused(Fixtures.node("y", "Identity", "^somewhere"))
        .hasMessage(
            "g: node \"y\", input 0: there is no node \"somewhere\". Was a part of the graph cut"
                + " away?");
  }

  @Test
  void refusesACycleWithItsPath() {
    assertRefused(
            Fixtures.node("before", "Const"),
            Fixtures.node("a", "Add", "before", "c"),
            Fixtures.node("b", "Identity", "a"),
            Fixtures.node("c", "Identity", "b"),
            Fixtures.node("after", "Identity", "c"))
        .hasMessageMatching(
            "g: the graph has a cycle that is no while loop: \"(a|b|c)\" -> \"[abc]\" ->"
                + " \"[abc]\" -> \"\\1\"\\. Only a NextIteration may lead back, to a Merge\\.")
        .hasMessageMatching(".*(\"a\" -> \"b\"|\"b\" -> \"c\").*");
  }

  @Test
  void refusesANodeThatIsItsOwnInput() {
    assertRefused(Fixtures.node("a", "Identity", "a")).hasMessageContaining("\"a\" -> \"a\".");
  }

  @Test
  void refusesAControlCycleThroughNextIteration() {
    assertRefused(Fixtures.node("m", "Merge", "^n"), Fixtures.node("n", "NextIteration", "m"))
        .hasMessageContaining("has a cycle that is no while loop");
  }

  @Test
  void acceptsTheBackEdgeOfAWhileLoop() {
    assertThatCode(
            () ->
                validate(
                    Fixtures.node("e", "Enter"),
                    Fixtures.node("m", "Merge", "e", "n"),
                    Fixtures.node("n", "NextIteration", "m")))
        .doesNotThrowAnyException();
  }

  @Test
  void shortensALongCycle() {
    GraphDef.Builder ring = GraphDef.newBuilder();
    for (int i = 0; i < 100_000; i++) {
      ring.addNode(Fixtures.node("n" + i, "Identity", "n" + (i + 99_999) % 100_000));
    }

    assertThatThrownBy(() -> validator.validate(ring.build(), "g"))
        .hasMessageContaining(" -> (99989 more) -> ");
  }

  @Test
  void refusesAShapeWhoseElementCountOverflows() {
    AttrValue shape = AttrValue.newBuilder().setShape(shape(1L << 40, 1L << 40)).build();
    AttrValue list =
        AttrValue.newBuilder()
            .setList(AttrValue.ListValue.newBuilder().addShape(shape(1)).addShape(shape.getShape()))
            .build();
    AttrValue tensor =
        AttrValue.newBuilder()
            .setTensor(TensorProto.newBuilder().setTensorShape(shape.getShape()))
            .build();

    for (AttrValue value : List.of(shape, list, tensor)) {
      assertRefused(Fixtures.node("a", "Const").toBuilder().putAttr("value", value).build())
          .hasMessage(
              "g: node \"a\", attribute \"value\": the shape has more elements than a 64-bit"
                  + " number counts: [1099511627776, 1099511627776]. Write the graph again.");
    }
  }

  @Test
  void refusesANegativeDimensionAndAcceptsUnknownAndEmptyOnes() {
    assertThat(ShapeCheck.fault(shape(3, -2))).contains("dimension 1 of the shape is -2");
    assertThat(ShapeCheck.fault(shape(-1, 3, 0, Long.MAX_VALUE))).isEmpty();
    assertThat(ShapeCheck.fault(TensorShapeProto.newBuilder().setUnknownRank(true).build()))
        .isEmpty();
  }

  @Test
  void refusesMoreAttributesThanTheLimit() {
    NodeDef.Builder node = Fixtures.node("a", "NoOp").toBuilder();
    for (int i = 0; i < 11; i++) {
      node.putAttr("a" + i, AttrValue.getDefaultInstance());
    }
    ReadLimits limits = ReadLimits.builder().maxAttributes(10).build();

    assertThatThrownBy(() -> new GraphValidator(limits).validate(Fixtures.graph(node.build()), "g"))
        .hasMessage(
            "g: node number 1 has 11 attributes, more than the limit of 10. Raise it with"
                + " --max-attributes if the file is trusted.");
  }

  @Test
  @Tag("large")
  void validatesADeepGraphOfAMillionNodesWithoutRecursion() {
    List<NodeDef> nodes = new ArrayList<>();
    nodes.add(Fixtures.node("layer/0", "Const"));
    for (int i = 1; i < 1_000_000; i++) {
      nodes.add(
          Fixtures.node("layer/" + i, "Add", "layer/" + (i - 1), "layer/" + (i - 1) / 2 + ":0"));
    }
    GraphDef graph = GraphDef.newBuilder().addAllNode(nodes).build();

    assertThatCode(() -> validator.validate(graph, "g")).doesNotThrowAnyException();
  }

  private void validate(NodeDef... nodes) {
    validator.validate(Fixtures.graph(nodes), "g");
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(NodeDef... nodes) {
    return assertThatThrownBy(() -> validate(nodes)).isInstanceOf(GraphFileException.class);
  }

  private static TensorShapeProto shape(long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return shape.build();
  }
}
