package org.grokfast.tensorflow.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.OpDef;

@Tag("native")
class LossCandidatesTest {
  @Test
  void theOutputsOfLossesAreCalledAsTensorFlowCallsThem() {
    Map<String, OpDef> definitions =
        TensorFlow.registeredOpList().getOpList().stream()
            .collect(Collectors.toMap(OpDef::getName, op -> op, (a, b) -> a));

    assertThat(LossCandidates.ENDS)
        .allSatisfy(
            (op, output) ->
                assertThat(definitions.get(op).getOutputArgList())
                    .as(op)
                    .extracting(OpDef.ArgDef::getName)
                    .containsExactly(output));
  }
}
