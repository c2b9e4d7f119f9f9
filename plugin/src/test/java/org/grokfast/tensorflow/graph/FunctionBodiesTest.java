package org.grokfast.tensorflow.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.grokfast.tensorflow.graph.FunctionGraphs.call;
import static org.grokfast.tensorflow.graph.FunctionGraphs.calling;
import static org.grokfast.tensorflow.graph.FunctionGraphs.function;
import static org.grokfast.tensorflow.graph.FunctionGraphs.graph;
import static org.grokfast.tensorflow.graph.FunctionGraphs.node;
import static org.grokfast.tensorflow.graph.FunctionGraphs.variable;

import java.util.List;
import java.util.Map;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;

class FunctionBodiesTest {
  private static final FunctionDef INNER = function("inner", List.of("v"), node("n", "NoOp"));

  private static List<FunctionBody> bodies(GraphDef graph) {
    return FunctionBodies.of(new GraphIndex(GraphParts.of(graph)));
  }

  private static FunctionBody body(GraphDef graph, String name) {
    return bodies(graph).stream()
        .filter(body -> body.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String unknown(FunctionBody body, String argument) {
    return Provenance.text(body.graph().node(body.graph().id(argument)), VariableNode.UNKNOWN)
        .orElse("");
  }

  @Test
  void anArgumentIsFollowedThroughNestedCallsToItsVariable() {
    FunctionDef outer = function("outer", List.of("a", "b"), call("c", "inner", "b"));
    GraphDef graph =
        graph(List.of(INNER, outer), variable("w"), variable("u"), call("s", "outer", "u", "w"));
    assertThat(bodies(graph)).extracting(FunctionBody::name).containsExactly("outer", "inner");
    GraphIndex inner = body(graph, "inner").graph();
    VariableNode variable = VariableNode.of(inner.node(inner.id("v"))).orElseThrow();
    assertThat(variable.name()).isEqualTo("w");
    assertThat(variable.nodeName()).isEqualTo("v");
    assertThat(variable.trained().orElseThrow().shape()).containsExactly(2L);
    assertThat(body(graph, "inner").calls().get(0).place()).isEqualTo("outer/c");
  }

  @Test
  void aFunctionThatIsCalledTwiceWithOneVariableKnowsIt() {
    GraphDef graph =
        graph(List.of(INNER), variable("w"), call("s", "inner", "w"), call("t", "inner", "w"));
    assertThat(unknown(body(graph, "inner"), "v")).isEmpty();
    assertThat(body(graph, "inner").calls()).hasSize(2);
  }

  @Test
  void anArgumentThatIsAnotherVariableInAnotherCallIsUnknownAndSaysWhere() {
    GraphDef graph =
        graph(
            List.of(INNER),
            variable("w"),
            variable("u"),
            call("s", "inner", "w"),
            call("t", "inner", "u"));
    assertThat(unknown(body(graph, "inner"), "v"))
        .isEqualTo("is 'w' where 's' calls and 'u' where 't' calls");
  }

  @Test
  void anArgumentThatIsNoVariableIsUnknownAndSaysWhere() {
    GraphDef graph = graph(List.of(INNER), node("p", "Placeholder"), call("s", "inner", "p"));
    assertThat(unknown(body(graph, "inner"), "v"))
        .isEqualTo("is no known variable where 's' calls");
  }

  @Test
  void branchesTakeTheirArgumentsBehindTheCondition() {
    FunctionDef other = function("other", List.of("x"), node("n", "NoOp"));
    GraphDef graph =
        graph(
            List.of(INNER, other),
            variable("w"),
            node("p", "Placeholder"),
            calling(
                node("if", "If", "p", "w"),
                Map.of("then_branch", "inner", "else_branch", "other")));
    for (FunctionBody body : bodies(graph)) {
      VariableNode variable = VariableNode.of(body.graph().node(0)).orElseThrow();
      assertThat(variable.name()).isEqualTo("w");
      assertThat(body.calls().get(0).call().isBranch()).isTrue();
    }
  }

  @Test
  void aLoopsBodyKnowsAVariableThatItHandsOn() {
    FunctionDef.Builder handing =
        function("handing", List.of("x"), node("i", "Identity", "x")).toBuilder();
    handing.getSignatureBuilder().addOutputArgBuilder().setName("o");
    FunctionDef.Builder body = handing.clone().putRet("o", "i:output:0");
    assertThat(unknown(loop(body.build()), "x")).isEmpty();
    FunctionDef.Builder changing = handing.clone().putRet("o", "other:output:0");
    assertThat(unknown(loop(changing.build()), "x"))
        .isEqualTo("may be another variable in the next turn of 'while'");
  }

  private static FunctionBody loop(FunctionDef body) {
    return body(
        graph(
            List.of(body, INNER),
            variable("w"),
            calling(node("while", "While", "w"), Map.of("body", "handing", "cond", "inner"))),
        "handing");
  }

  @Test
  void functionsThatNothingCallsAreLeftOut() {
    assertThat(bodies(graph(List.of(INNER), variable("w")))).isEmpty();
  }

  @Test
  void recursionIsRefusedWithItsPath() {
    FunctionDef a = function("a", List.of(), call("x", "b"));
    FunctionDef b = function("b", List.of(), call("y", "a"));
    GraphDef graph = graph(List.of(a, b), call("s", "a"));
    assertThatThrownBy(() -> bodies(graph))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "a function calls itself: a -> b -> a; TensorFlow has no recursion, export the model"
                + " without it");
  }

  @Test
  void aDanglingInputInAFunctionNamesTheFunction() {
    FunctionDef wrong = function("wrong", List.of("v"), node("n", "Identity", "gone:output:0"));
    GraphDef graph = graph(List.of(wrong), variable("w"), call("s", "wrong", "w"));
    assertThatThrownBy(() -> bodies(graph))
        .hasMessage(
            "node 'n' takes input 0 from 'gone:output:0', but function 'wrong' has no such node");
  }
}
