package org.grokfast.tensorflow.emit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.grokfast.tensorflow.graph.FunctionGraphs.node;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

@Tag("native")
class FunctionNotationTest {

  @Test
  void theOutputsAreThoseOfTensorFlowsDefinitions() {
    Map<String, List<OpDef.ArgDef>> definitions =
        TensorFlow.registeredOpList().getOpList().stream()
            .collect(Collectors.toMap(OpDef::getName, OpDef::getOutputArgList, (a, b) -> a));
    FunctionNotation.OUTPUTS.forEach(
        (op, outputs) -> {
          List<OpDef.ArgDef> defined = definitions.get(op);
          assertThat(defined).as(op).isNotNull();
          List<String> names = defined.stream().map(OpDef.ArgDef::getName).toList();
          boolean list = !defined.get(0).getTypeListAttr().isEmpty();
          assertThat(outputs).as(op).isEqualTo(list ? List.of(names.get(0), "*") : names);
        });
  }

  @Test
  void insertedOutputsAreSpelledByNameAndOthersStay() {
    FunctionNotation notation = new FunctionNotation();
    assertThat(inputs(notation, node("s", "Switch", "grad:product:0", "argument")))
        .containsExactly("grad:product:0", "argument");
    assertThat(inputs(notation, node("r", "RestoreV2", "file", "s:1", "^s")))
        .containsExactly("file", "s:output_true:0", "^s");
    assertThat(inputs(notation, node("i", "Identity", "r:2", "s")))
        .containsExactly("r:tensors:2", "s:output_false:0");
    assertThat(notation.input("i")).isEqualTo("i:output:0");
  }

  @Test
  void anOpWhoseOutputsAreNotKnownIsAProgrammingError() {
    FunctionNotation notation = new FunctionNotation();
    notation.translated(node("x", "Unheard"));
    assertThatThrownBy(() -> notation.input("x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the outputs of Unheard are not known");
  }

  private static List<String> inputs(FunctionNotation notation, NodeDef node) {
    return notation.translated(node).getInputList();
  }
}
