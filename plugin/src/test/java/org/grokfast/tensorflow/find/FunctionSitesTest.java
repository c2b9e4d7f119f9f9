package org.grokfast.tensorflow.find;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.grokfast.tensorflow.graph.FunctionGraphs.UPDATE;
import static org.grokfast.tensorflow.graph.FunctionGraphs.call;
import static org.grokfast.tensorflow.graph.FunctionGraphs.function;
import static org.grokfast.tensorflow.graph.FunctionGraphs.graph;
import static org.grokfast.tensorflow.graph.FunctionGraphs.node;
import static org.grokfast.tensorflow.graph.FunctionGraphs.variable;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.filter.Ema;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.UpdateSites;
import org.grokfast.tensorflow.graph.Attrs;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Updates in functions: which are filtered, and what is said of those that are not. */
class FunctionSitesTest {
  private static GraphDef rewritten(GraphDef graph) {
    return new GraphRewriter(Ema.defaults()).apply(graph).graph();
  }

  private static List<NodeDef> body(GraphDef graph) {
    return graph.getLibrary().getFunction(0).getNodeDefList();
  }

  @Test
  void theUpdateTakesTheFilteredGradientAndStateIsSharedWithTheMainGraphByName() {
    GraphDef result = rewritten(graph(List.of(UPDATE), variable("w"), call("s", "update", "w")));
    assertThat(body(result).get(2).getInput(2)).isEqualTo("grokfast/w/gradient:output:0");
    List<NodeDef> handles = new ArrayList<>(result.getNodeList());
    handles.addAll(body(result));
    handles.removeIf(node -> !node.getName().equals("grokfast/w/ema"));
    assertThat(handles)
        .hasSize(2)
        .extracting(node -> node.getAttrOrThrow("shared_name").getS().toStringUtf8())
        .containsOnly("grokfast/w/ema");
    assertThat(FilterStripper.apply(result))
        .isEqualTo(graph(List.of(UPDATE), variable("w"), call("s", "update", "w")));
  }

  @Test
  void aFunctionThatIsCalledTwiceWithOneVariableIsFilteredOnce() {
    GraphDef graph =
        graph(List.of(UPDATE), variable("w"), call("s", "update", "w"), call("t", "update", "w"));
    assertThat(UpdateSites.find(graph))
        .singleElement()
        .isInstanceOfSatisfying(
            UpdateSite.class,
            site -> {
              assertThat(site.variable().name()).isEqualTo("w");
              assertThat(site.evidence().trigger()).isEqualTo("s,t");
              assertThat(site.place().orElseThrow().calls()).containsExactly("s");
            });
  }

  @Test
  void aFunctionThatIsCalledWithTwoVariablesIsRefusedByName() {
    GraphDef graph =
        graph(
            List.of(UPDATE),
            variable("w"),
            variable("u"),
            call("s", "update", "w"),
            call("t", "update", "u"));
    assertThatThrownBy(() -> rewritten(graph))
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessageEndingWith(
            "nearest: update/apply (apply-op): updates 'v', an argument that is 'w' where 's' calls"
                + " and 'u' where 't' calls");
  }

  @Test
  void anArgumentThatIsNoVariableIsRefusedByName() {
    GraphDef graph =
        graph(List.of(UPDATE), node("table", "HashTableV2"), call("s", "update", "table"));
    assertThatThrownBy(() -> rewritten(graph))
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessageEndingWith(
            "nearest: update/apply (apply-op): updates 'v', an argument that is no known variable"
                + " where 's' calls");
  }

  @Test
  void aReferenceVariableInAFunctionIsRefused() {
    NodeDef reference = variable("w").toBuilder().setOp("VariableV2").build();
    assertThatThrownBy(() -> rewritten(graph(List.of(UPDATE), reference, call("s", "update", "w"))))
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessageEndingWith(
            "nearest: update/apply (apply-op): updates 'w' in a function, which takes resource"
                + " variables and not references; make it a resource variable");
  }

  @Test
  void codeThatXlaCompilesIsRefused() {
    NodeDef compiling =
        call("s", "outer", "w").toBuilder().putAttr("_XlaMustCompile", Attrs.bool(true)).build();
    FunctionDef outer = function("outer", List.of("a"), call("c", "update", "a"));
    assertThatThrownBy(() -> rewritten(graph(List.of(UPDATE, outer), variable("w"), compiling)))
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessageEndingWith(
            "nearest: update/apply (apply-op): updates 'w' in code that XLA compiles, which can"
                + " keep no state of its own; export the model without jit_compile");
  }

  @Test
  void recursionIsRefusedWithItsPath() {
    FunctionDef a = function("a", List.of(), call("x", "b"));
    FunctionDef b = function("b", List.of(), call("y", "a"));
    assertThatThrownBy(() -> rewritten(graph(List.of(a, b), call("s", "a"))))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageStartingWith("a function calls itself: a -> b -> a;");
  }

  @Test
  void anUpdateTenThousandCallsDeepIsFiltered() {
    int depth = 10_000;
    List<FunctionDef> functions = new ArrayList<>(List.of(UPDATE));
    for (int i = 0; i < depth; i++) {
      functions.add(
          function("f" + i, List.of("a"), call("c", i == 0 ? "update" : "f" + (i - 1), "a")));
    }
    GraphDef graph = graph(functions, variable("w"), call("s", "f" + (depth - 1), "w"));
    assertThat(body(rewritten(graph))).extracting(NodeDef::getName).contains("grokfast/w/gradient");
  }

  @Test
  void anUpdateThatNothingCallsIsNoSite() {
    assertThatThrownBy(() -> rewritten(graph(List.of(UPDATE), variable("w"))))
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessageContaining("give the graph that trains");
  }
}
