package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.GraphDef;

/** Every sparse optimizer of TensorFlow 1 with {@code sparse=lazy}. */
@Tag("native")
class LazySparseInteropTest {
  private static final FilterOptions LAZY =
      FilterOptions.builder().sparse(SparseGradients.LAZY).build();

  static Stream<Fixture> sparse() {
    return Fixture.all().stream()
        .filter(fixture -> fixture.isSparse() && fixture.runsInSession())
        .filter(fixture -> fixture.where().equals("main"));
  }

  @ParameterizedTest
  @MethodSource("sparse")
  void lambZeroLeavesTheSparseRunAsItWasBitForBit(Fixture fixture) {
    GraphDef original = new GraphFileReader().read(fixture.path()).graph();
    Map<String, double[]> unfiltered = FixtureRun.train(fixture, original);
    GradientFilter filter =
        fixture.name().endsWith("_ref")
            ? Ema.of(0.9, 0).withOptions(LAZY)
            : MovingAverage.of(5, 0).withOptions(LAZY);
    GraphDef rewritten = new GraphRewriter(filter).apply(original).graph();
    assertThat(FilterStripper.apply(rewritten)).isEqualTo(original);
    Map<String, double[]> weights = FixtureRun.train(fixture, rewritten);
    weights.forEach((name, values) -> assertThat(values).isEqualTo(unfiltered.get(name)));
  }
}
