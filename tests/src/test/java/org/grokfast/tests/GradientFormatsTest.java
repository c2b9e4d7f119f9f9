package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;

import org.grokfast.filter.Ema;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.DataType;

/** Optimizers in every floating-point format for which TensorFlow has a CPU kernel. */
@Tag("native")
class GradientFormatsTest {

  @ParameterizedTest
  @EnumSource(names = {"DT_HALF", "DT_BFLOAT16", "DT_FLOAT", "DT_DOUBLE"})
  void momentumIsFilteredInItsOwnFormat(DataType type) {
    GraphBuilder builder =
        new GraphBuilder()
            .variable("w", type, 2)
            .variable("slot", type, 2)
            .placeholder("g", type, 2)
            .constant("rate", type, 0.125)
            .constant("momentum", type, 0.5);
    builder
        .node("ApplyMomentum", "apply", "w", "slot", "rate", "g", "momentum")
        .putAttr("T", GraphBuilder.type(type));
    var graph =
        new GraphRewriter(Ema.of(0.5, 2)).apply(builder.group("train", "apply").build()).graph();
    try (GraphRun run = new GraphRun(graph).initialize()) {
      // Small multiples of powers of two, exact in every format.
      assertThat(run.step("train", "grokfast/w/gradient", "g", type, 1, -2)).containsExactly(3, -6);
      assertThat(run.step("train", "grokfast/w/gradient", "g", type, 1, 2)).containsExactly(3, 2);
      assertThat(run.fetch("w")).containsExactly(-0.9375, 0.875);
    }
  }
}
