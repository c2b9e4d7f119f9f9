package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.probe.ProbeSetting;
import org.grokfast.probe.Probes;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.GraphDef;

/** Probes in the graphs of other programs: with functions, branches, loops and sparse gradients. */
@Tag("native")
class ProbesInteropTest {
  private static final GradientFilter EMA = Ema.of(0.9, 2);

  /** One of each place in which an update may stand, and of each format and form of variable. */
  static Stream<Fixture> fixtures() {
    return Stream.of(
            "v1_adam_dense_ref",
            "v1_adam_sparse_resource",
            "v1_float16_momentum_resource",
            "v1_bfloat16_sgd_ref",
            "v1_cond_switch_ref",
            "v1_cond_if_resource",
            "v1_while_v2",
            "v1_accumulate_switch_ref",
            "v1_accumulate_if_resource",
            "v1_loss_scale_switch",
            "v1_two_devices_ref",
            "v1_alternating",
            "v1_same_variable",
            "v1_partitioned_resource",
            "v1_towers",
            "k3_adam",
            "k3_adam_accumulation",
            "raw_momentum_sparse",
            "raw_sgd_bfloat16",
            "v2_nested_step_2",
            "v2_cond",
            "v2_while",
            "v2_two_optimizers",
            "k3_adamw")
        .map(Fixture::named)
        .filter(Fixture::trainsInJava);
  }

  private static GradientFilter probed(int every) {
    ProbeSetting[] all =
        Probes.ALL.stream()
            .map(probe -> new ProbeSetting(probe, every))
            .toArray(ProbeSetting[]::new);
    return EMA.withOptions(FilterOptions.builder().probes(all).build());
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void probesChangeNoWeightAndAreStrippedWithTheFilter(Fixture fixture) {
    GraphDef original = new GraphFileReader().read(fixture.path()).graph();
    GraphDef filtered = new GraphRewriter(EMA).apply(original).graph();
    GraphDef probed = new GraphRewriter(probed(7)).apply(original).graph();
    assertThat(FilterStripper.apply(probed)).isEqualTo(original);
    var expected = FixtureRun.train(fixture, filtered);
    FixtureRun.train(fixture, probed)
        .forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
  }

  @Test
  void rowsOfASparseGradientAreNotMeasured() {
    GraphDef original =
        new GraphFileReader().read(Fixture.named("raw_momentum_sparse").path()).graph();
    GradientFilter lazy =
        EMA.withOptions(
            FilterOptions.builder()
                .sparse(SparseGradients.LAZY)
                .probes(ProbeSetting.parse("cosine"))
                .build());
    assertThatThrownBy(() -> new GraphRewriter(lazy).apply(original))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageEndingWith(
            "': a probe needs whole gradients and sparse=lazy gives rows; use sparse=densify, or"
                + " leave the probes out");
  }
}
