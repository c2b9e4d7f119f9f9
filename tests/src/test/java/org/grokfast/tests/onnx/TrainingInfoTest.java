package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Orthogonal;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters in the algorithm of a training_info: what the rewritten algorithm computes. */
@Tag("native")
class TrainingInfoTest {
  static StepModel stored(String kind) {
    try {
      return StepModel.at(
          Path.of(
              TrainingInfoTest.class
                  .getResource("/onnx/optimizers/training_info_" + kind + ".onnx")
                  .toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The model as one step that the runtime takes. */
  private static StepModel plain(StepModel step) {
    ModelProto model = ConcatenatedModel.of(step.model());
    return new StepModel(step.name(), new OnnxFile(step.name(), model, Optional.empty()));
  }

  static Stream<Arguments> optimizersAndFilters() {
    Stream<Arguments> plain =
        Stream.of("momentum", "adagrad", "adam")
            .flatMap(
                kind ->
                    Stream.of(
                        Arguments.of(kind, Ema.of(0.9, 2)),
                        Arguments.of(kind, MovingAverage.of(7, 3)),
                        Arguments.of(kind, Orthogonal.of(0.9, 0.1))));
    return Stream.concat(
        plain, FilterVariants.all().map(filter -> Arguments.of("momentum", filter)));
  }

  @ParameterizedTest
  @MethodSource("optimizersAndFilters")
  void anAlgorithmComputesWhatTheArraysDo(String kind, GradientFilter filter) {
    StepModel step = stored(kind);
    OnnxRewriter.Result result = step.rewrite(filter);
    List<PlannedSite> sites = result.report().plan().sites();
    assertThat(sites)
        .extracting(planned -> planned.site().gradient())
        .contains("w0.g", "w1.g")
        .isSubsetOf("w0.g", "b0.g", "w1.g");
    Map<String, double[]> actual =
        plain(step).train(ConcatenatedModel.of(result.model()), StepModel.STEPS);
    Map<String, double[]> expected = plain(step).oracle(sites, StepModel.STEPS);
    Map<String, double[]> unfiltered = plain(step).train(plain(step).model(), StepModel.STEPS);
    for (PlannedSite planned : sites) {
      String variable = planned.site().variable().name();
      assertThat(StepModel.largestDifference(actual.get(variable), expected.get(variable)))
          .as(variable)
          .isLessThan(FilterVariants.tolerance(Precision.FLOAT32, filter));
      assertThat(StepModel.largestDifference(unfiltered.get(variable), expected.get(variable)))
          .as("the filter changes " + variable)
          .isGreaterThan(1e-3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"momentum", "adagrad", "adam"})
  void withLambZeroTheWeightsAreThoseOfTheOriginalToTheLastBit(String kind) {
    StepModel step = stored(kind);
    Map<String, double[]> expected = plain(step).train(plain(step).model(), StepModel.STEPS);
    for (GradientFilter filter :
        List.of(Ema.of(0.9, 0), MovingAverage.of(7, 0), Orthogonal.of(0.9, 0))) {
      Map<String, double[]> actual =
          plain(step).train(ConcatenatedModel.of(step.rewrite(filter).model()), StepModel.STEPS);
      for (String w : List.of("w0", "b0", "w1")) {
        assertThat(actual.get(w)).as(w).isEqualTo(expected.get(w));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"momentum", "adagrad", "adam"})
  void stripGivesTheOriginalBytes(String kind) {
    StepModel step = stored(kind);
    ModelProto rewritten = step.rewrite(Ema.defaults()).model();
    assertThat(OnnxStripper.apply(rewritten).toByteArray()).isEqualTo(step.model().toByteArray());
    assertThat(step.rewrite(Ema.defaults()).model().toByteArray())
        .isEqualTo(rewritten.toByteArray());
  }
}
