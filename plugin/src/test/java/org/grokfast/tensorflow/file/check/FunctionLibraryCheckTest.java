package org.grokfast.tensorflow.file.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.AbstractThrowableAssert;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.Quote;
import org.grokfast.tensorflow.file.Fixtures;
import org.grokfast.tensorflow.file.GraphValidator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

class FunctionLibraryCheckTest {

  @ParameterizedTest
  @ValueSource(strings = {"x", "x:0", "n:output", "n:output:0", "^n", "^x"})
  void acceptsTheInputsThatFunctionsHave(String input) {
    assertThatCode(() -> validate(function("f", Fixtures.node("m", "Identity", input))))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"n:output:-1", "n:output:", "n:0:0", "", "^n:output", "n:a:0:0", "n::0"})
  void refusesIllFormedInputs(String input) {
    assertRefused(function("f", Fixtures.node("m", "Identity", input)))
        .hasMessage(
            "g: function \"f\": node \"m\", input 0: "
                + Quote.name(input)
                + " is ill-formed. Expected argument, node:output:0 or ^node.");
  }

  @Test
  void refusesAnInputThatIsNeitherNodeNorArgument() {
    assertRefused(function("f", Fixtures.node("m", "Identity", "nn:output:0")))
        .hasMessage(
            "g: function \"f\": node \"m\", input 0: there is no node or argument \"nn\". The"
                + " nearest name is \"n\".");
  }

  @Test
  void refusesANodeReferredToAsInAGraph() {
    assertRefused(function("f", Fixtures.node("m", "Identity", "n:0")))
        .hasMessage(
            "g: function \"f\": node \"m\", input 0: node \"n\" is referred to without an output."
                + " Expected node:output:0.");
  }

  @Test
  void refusesACycleInABody() {
    assertRefused(
            function(
                "f",
                Fixtures.node("a", "Identity", "b:output:0"),
                Fixtures.node("b", "Identity", "a:output:0")))
        .hasMessageStartingWith("g: function \"f\": the graph has a cycle that is no while loop: ");
  }

  @Test
  void refusesTwoFunctionsOfOneName() {
    assertRefused(function("f"), function("f"))
        .hasMessage("g: functions number 0 and 1 are both named \"f\". Names must be unique.");
  }

  @Test
  void refusesTwoNodesOfOneNameInABody() {
    assertRefused(function("f", Fixtures.node("n", "NoOp")))
        .hasMessage(
            "g: function \"f\": nodes number 0 and 1 are both named \"n\". Names must be unique.");
  }

  @Test
  void refusesAFunctionThatCallsItselfThroughAnotherWithThePath() {
    NodeDef byOp = Fixtures.node("call", "h");
    NodeDef byAttribute =
        Fixtures.node("call", "PartitionedCall").toBuilder().putAttr("f", reference("f")).build();

    assertRefused(function("f", byOp), function("h", byAttribute))
        .hasMessageMatching(
            "g: a function calls itself: (\"f\" -> \"h\" -> \"f\"|\"h\" -> \"f\" -> \"h\")\\."
                + " TensorFlow has no recursion: export the model without it\\.");
  }

  @Test
  void refusesRecursionThroughListsAndAttributesOfFunctions() {
    AttrValue list =
        AttrValue.newBuilder()
            .setList(AttrValue.ListValue.newBuilder().addFunc(reference("f").getFunc()))
            .build();
    AttrValue nested =
        AttrValue.newBuilder()
            .setFunc(NameAttrList.newBuilder().setName("other").putAttr("g", reference("f")))
            .build();

    for (AttrValue value : new AttrValue[] {list, nested}) {
      NodeDef call = Fixtures.node("call", "Case").toBuilder().putAttr("b", value).build();
      assertRefused(function("f", call))
          .hasMessageStartingWith("g: a function calls itself: \"f\" -> \"f\".");
    }
  }

  @Test
  void acceptsAFunctionThatIsCalledTwice() {
    assertThatCode(
            () ->
                validate(
                    function("f", Fixtures.node("a", "h"), Fixtures.node("b", "h")), function("h")))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesReturnedValuesThatDoNotExist() {
    FunctionDef function = function("f");

    assertRefused(function.toBuilder().clearRet().build())
        .hasMessage("g: function \"f\": nothing is returned for the output \"y\".");
    assertRefused(function.toBuilder().putRet("z", "x").build())
        .hasMessage("g: function \"f\": returned value \"z\" is no output of the signature.");
    assertRefused(function.toBuilder().putRet("y", "gone:output:0").build())
        .hasMessageStartingWith(
            "g: function \"f\": returned value \"y\": there is no node or argument \"gone\".");
    assertRefused(function.toBuilder().putRet("y", "^n").build())
        .hasMessage("g: function \"f\": returned value \"y\" is a control input, \"^n\".");
    assertRefused(function.toBuilder().putControlRet("c", "gone").build())
        .hasMessage("g: function \"f\": control output \"c\": there is no node \"gone\".");
  }

  @Test
  void refusesAnArgumentListedTwice() {
    FunctionDef.Builder function = function("f").toBuilder();
    function.getSignatureBuilder().addInputArg(OpDef.ArgDef.newBuilder().setName("x"));

    assertRefused(function.build())
        .hasMessage("g: function \"f\": the argument \"x\" is listed twice or has no name.");
  }

  /** f(x) -> y = n, with more nodes. */
  private static FunctionDef function(String name, NodeDef... nodes) {
    FunctionDef.Builder function =
        FunctionDef.newBuilder()
            .setSignature(
                OpDef.newBuilder()
                    .setName(name)
                    .addInputArg(OpDef.ArgDef.newBuilder().setName("x"))
                    .addOutputArg(OpDef.ArgDef.newBuilder().setName("y")))
            .addNodeDef(Fixtures.node("n", "Identity", "x"))
            .putRet("y", "n:output:0");
    for (NodeDef node : nodes) {
      function.addNodeDef(node);
    }
    return function.build();
  }

  private static AttrValue reference(String function) {
    return AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(function)).build();
  }

  private static void validate(FunctionDef... functions) {
    GraphDef.Builder graph = GraphDef.newBuilder();
    for (FunctionDef function : functions) {
      graph.getLibraryBuilder().addFunction(function);
    }
    new GraphValidator().validate(graph.build(), "g");
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      FunctionDef... functions) {
    return assertThatThrownBy(() -> validate(functions)).isInstanceOf(GraphFileException.class);
  }
}
