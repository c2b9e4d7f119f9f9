package org.grokfast.models.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.grokfast.Grokfast;
import org.grokfast.models.optimizer.MuonTest.Run;
import org.grokfast.models.random.TorchGolden;
import org.grokfast.pass.Muon;
import org.grokfast.tensorflow.live.WrapOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Muon as a pass over Adam's updates, next to PyTorch's Muon and the optimizer of the tasks. */
@Tag("native")
class MuonPassTest {

  private static AdamOptions.Builder options() {
    return AdamOptions.builder().learningRate(3e-3).warmupSteps(0);
  }

  @ParameterizedTest
  @CsvSource({"0, ADAM", "0.5, ADAM", "0, ADAMW"})
  void theMatricesFollowTorchAndTheBiasIsAsBeforeToTheBit(double decay, OptimizerKind kind) {
    WrapOptions muon = WrapOptions.ofPasses(Muon.of(0.02, "wide|tall").withDecay(decay));
    AdamOptions task =
        options()
            .muon(MuonOptions.DEFAULTS.withMatrices("wide|tall").withWeightDecay(decay))
            .build();
    List<JsonNode> rows =
        TorchGolden.read("muon.json").filter(row -> row.get("decay").asDouble() == decay).toList();
    assertThat(rows).hasSize(4);
    try (Run pass =
            new Run(
                kind,
                options().build(),
                (graph, train) -> Grokfast.wrap(graph, train.op(), muon).trainOp());
        Run plain = new Run(kind, options().build(), (graph, train) -> train.op());
        Run optimizer = new Run(task)) {
      for (JsonNode row : rows) {
        while (pass.steps < row.get("step").asInt()) {
          pass.step();
          plain.step();
          optimizer.step();
        }
        for (String name : List.of("wide", "tall")) {
          // Newton and Schulz in float32, 1e-4 of an element; 0.026 of that enters in each step
          assertThat(pass.weights(name))
              .as(name + " after step " + pass.steps)
              .containsExactly(TorchGolden.floats(row.get(name)), within(1e-5f))
              .isNotEqualTo(plain.weights(name));
          // The same operations in the same order.
          assertThat(pass.weights(name)).isEqualTo(optimizer.weights(name));
        }
        assertThat(pass.weights("bias")).isEqualTo(plain.weights("bias"));
      }
    }
  }
}
