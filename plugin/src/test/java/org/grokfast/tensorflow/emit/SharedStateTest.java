package org.grokfast.tensorflow.emit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.grokfast.tensorflow.graph.FunctionGraphs.call;
import static org.grokfast.tensorflow.graph.FunctionGraphs.calling;
import static org.grokfast.tensorflow.graph.FunctionGraphs.function;
import static org.grokfast.tensorflow.graph.FunctionGraphs.graph;
import static org.grokfast.tensorflow.graph.FunctionGraphs.node;
import static org.grokfast.tensorflow.graph.FunctionGraphs.variable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.grokfast.filter.Ema;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** A variable has one state where several places update it in turn, and one for each optimizer. */
class SharedStateTest {
  private static final String APPLY = "ResourceApplyGradientDescent";

  private static FunctionDef update(String name) {
    return function(
        name,
        List.of("v"),
        node("rate", "Const"),
        node("gradient", "Const"),
        node("apply", APPLY, "v", "rate:output:0", "gradient:output:0"));
  }

  private static List<String> state(GraphDef graph) {
    GraphRewriter.Result result = new GraphRewriter(Ema.defaults()).apply(graph);
    assertThat(FilterStripper.apply(result.graph())).isEqualTo(graph);
    List<String> names = new ArrayList<>(result.report().stateVariables());
    names.removeAll(List.of("grokfast/alpha", "grokfast/lamb"));
    return names;
  }

  @Test
  void theBranchesOfAnIfShareStateAndCounter() {
    NodeDef branch =
        calling(
            node("if", "If", "condition", "w"),
            Map.of("then_branch", "one", "else_branch", "other"));
    assertThat(
            state(
                graph(
                    List.of(update("one"), update("other")),
                    variable("w"),
                    node("condition", "Placeholder"),
                    branch)))
        .containsExactly("grokfast/step", "grokfast/w/ema");
  }

  @Test
  void theBranchesOfTwoIfsDoNotAsBothMayRun() {
    FunctionDef nothing = function("nothing", List.of("v"), node("constant", "Const"));
    NodeDef first =
        calling(
            node("if", "If", "condition", "w"),
            Map.of("then_branch", "one", "else_branch", "nothing"));
    NodeDef second =
        calling(
            node("if2", "If", "condition", "w"),
            Map.of("then_branch", "other", "else_branch", "nothing"));
    assertThat(
            state(
                graph(
                    List.of(update("one"), update("other"), nothing),
                    variable("w"),
                    node("condition", "Placeholder"),
                    first,
                    second)))
        .containsExactly("grokfast/step", "grokfast/w/ema", "grokfast/step_1", "grokfast/w_1/ema");
  }

  @Test
  void theSidesOfASwitchShareStateAndCounter() {
    assertThat(
            state(
                graph(
                    List.of(),
                    variable("w"),
                    node("condition", "Placeholder"),
                    node("rate", "Const"),
                    node("gradient", "Const"),
                    node("switch", "Switch", "gradient", "condition"),
                    node("one", APPLY, "w", "rate", "switch:1"),
                    node("other", APPLY, "w", "rate", "switch"))))
        .containsExactly("grokfast/step", "grokfast/w/ema");
  }

  @Test
  void theSameSideOfASwitchHasAStateForEachUpdate() {
    assertThat(
            state(
                graph(
                    List.of(),
                    variable("w"),
                    node("condition", "Placeholder"),
                    node("rate", "Const"),
                    node("gradient", "Const"),
                    node("switch", "Switch", "gradient", "condition"),
                    node("one", APPLY, "w", "rate", "switch:1"),
                    node("other", APPLY, "w", "rate", "switch:1"))))
        .contains("grokfast/w/ema", "grokfast/w_1/ema");
  }

  @Test
  void anOptimizerThatStepsAVariableTwiceInAFunctionAdvancesOneStateTwice() {
    FunctionDef twice =
        function(
            "twice",
            List.of("v"),
            node("rate", "Const"),
            node("gradient", "Const"),
            node("first", APPLY, "v", "rate:output:0", "gradient:output:0"),
            node("gradient_2", "Const", "^first"),
            node("second", APPLY, "v", "rate:output:0", "gradient_2:output:0"));
    GraphDef original = graph(List.of(twice), variable("w"), call("s", "twice", "w"));
    assertThat(state(original)).containsExactly("grokfast/step", "grokfast/w/ema");
    GraphDef rewritten = new GraphRewriter(Ema.defaults()).apply(original).graph();
    assertThat(rewritten.getLibrary().getFunction(0).getNodeDefList())
        .filteredOn(node -> node.getName().matches("grokfast/w/ema(_1)?/Read"))
        .as("each read of the state waits for its own gradient")
        .extracting(node -> List.copyOf(node.getInputList()))
        .satisfiesExactlyInAnyOrder(
            inputs -> assertThat(inputs).contains("^gradient"),
            inputs -> assertThat(inputs).contains("^gradient_2"));
  }

  @Test
  void withoutAnOrderBetweenThemTheTwoHaveAStateEach() {
    FunctionDef both =
        function(
            "both",
            List.of("v"),
            node("rate", "Const"),
            node("gradient", "Const"),
            node("first", APPLY, "v", "rate:output:0", "gradient:output:0"),
            node("second", APPLY, "v", "rate:output:0", "gradient:output:0"));
    assertThat(state(graph(List.of(both), variable("w"), call("s", "both", "w"))))
        .contains("grokfast/w/ema", "grokfast/w_1/ema");
  }
}
