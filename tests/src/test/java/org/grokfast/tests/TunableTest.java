package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.options.VariableOverride;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

/** Parameters that a running session changes. */
@Tag("native")
class TunableTest {
  private static final DataType FLOAT = DataType.DT_FLOAT;

  private static GraphRewriter.Result rewrite(org.grokfast.filter.GradientFilter filter) {
    return new GraphRewriter(filter).apply(GraphBuilder.single(FLOAT, 1).build());
  }

  private static double step(GraphRun run, double gradient) {
    return run.step("train", "grokfast/w/gradient", "g", FLOAT, gradient)[0];
  }

  @Test
  void alphaAndLambChangeInARunningSession() {
    try (GraphRun run = new GraphRun(rewrite(Ema.of(0.5, 2)).graph()).initialize()) {
      assertThat(step(run, 1)).isEqualTo(3);
      run.set("grokfast/lamb", 4);
      assertThat(step(run, 1)).isEqualTo(5);
      run.set("grokfast/alpha", 0.75);
      assertThat(step(run, 5)).isEqualTo(5 + 4 * (0.75 * 1 + 0.25 * 5));
      assertThat(run.fetch("grokfast/alpha")).containsExactly(0.75);
    }
  }

  @Test
  void lambOfAMovingAverageChangesInARunningSession() {
    try (GraphRun run = new GraphRun(rewrite(MovingAverage.of(2, 2)).graph()).initialize()) {
      step(run, 1);
      assertThat(step(run, 3)).isEqualTo(3 + 2 * 2);
      run.set("grokfast/lamb", 0.5);
      assertThat(step(run, 5)).isEqualTo(5 + 0.5 * 4);
    }
  }

  @Test
  void aVariableWithAnOverrideHasItsOwnParameters() {
    VariableOverride override = new VariableOverride("^w$", Map.of("alpha", 0.25, "lamb", 8.0));
    FilterOptions options = FilterOptions.builder().overrides(override).build();
    var result = rewrite(Ema.of(0.5, 2).withOptions(options));
    assertThat(result.report().stateVariables()).contains("grokfast/w/alpha", "grokfast/w/lamb");
    try (GraphRun run = new GraphRun(result.graph()).initialize()) {
      assertThat(step(run, 1)).isEqualTo(9);
      run.set("grokfast/w/lamb", 1);
      assertThat(step(run, 1)).isEqualTo(2);
    }
  }

  @Test
  void withoutTunableTheParametersAreConstants() {
    FilterOptions options = FilterOptions.builder().tunable(false).build();
    var result = rewrite(Ema.of(0.5, 2).withOptions(options));
    assertThat(result.report().stateVariables())
        .isEqualTo(List.of("grokfast/step", "grokfast/w/ema"));
    assertThat(result.graph().getNodeList())
        .noneMatch(node -> node.getName().matches("grokfast/(alpha|lamb)(/.*)?"));
    try (GraphRun run = new GraphRun(result.graph()).initialize()) {
      assertThat(step(run, 1)).isEqualTo(3);
    }
  }
}
