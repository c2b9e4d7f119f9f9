package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Orthogonal;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.onnx.CarriedValue;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.training.OnnxTrainingStep;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.tests.AlgebraCase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nodes of {@code com.microsoft} that train in a runtime with their kernels. {@code LambOptimizer}
 * has none for CPUs in any release.
 */
@OrtTraining
@Tag("native")
class OptimizerNodesTest {
  static StepModel stored(String kind) {
    try {
      return StepModel.at(
          Path.of(
              OptimizerNodesTest.class
                  .getResource("/onnx/optimizers/microsoft_" + kind + ".onnx")
                  .toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<Arguments> optimizersAndFilters() {
    Stream<Arguments> plain =
        Stream.of("sgd", "adam")
            .flatMap(
                kind ->
                    Stream.of(
                        Arguments.of(kind, Ema.of(0.9, 2)),
                        Arguments.of(kind, MovingAverage.of(7, 3)),
                        Arguments.of(kind, Orthogonal.of(0.9, 0.1))));
    return Stream.concat(plain, FilterVariants.all().map(filter -> Arguments.of("sgd", filter)));
  }

  @ParameterizedTest
  @MethodSource("optimizersAndFilters")
  void nodesComputeWhatTheArraysDo(String kind, GradientFilter filter) {
    StepModel step = stored(kind);
    OnnxRewriter.Result result = step.rewrite(filter);
    List<PlannedSite> sites = result.report().plan().sites();
    Map<String, double[]> actual = step.train(result.model(), StepModel.STEPS);
    Map<String, double[]> expected = step.oracle(sites, StepModel.STEPS);
    Map<String, double[]> unfiltered = step.train(step.model(), StepModel.STEPS);
    for (String w : List.of("w0", "b0", "w1")) {
      assertThat(StepModel.largestDifference(actual.get(w), expected.get(w)))
          .as(w)
          .isLessThan(FilterVariants.tolerance(Precision.FLOAT32, filter));
    }
    for (PlannedSite planned : sites) {
      String w = planned.site().variable().name();
      assertThat(StepModel.largestDifference(unfiltered.get(w), expected.get(w)))
          .as("the filter changes " + w)
          .isGreaterThan(1e-3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam"})
  void withLambZeroTheWeightsAreThoseOfTheOriginalToTheLastBit(String kind) {
    StepModel step = stored(kind);
    Map<String, double[]> expected = step.train(step.model(), StepModel.STEPS);
    for (GradientFilter filter :
        List.of(Ema.of(0.9, 0), MovingAverage.of(7, 0), Orthogonal.of(0.9, 0))) {
      Map<String, double[]> actual = step.train(step.rewrite(filter).model(), StepModel.STEPS);
      for (String w : List.of("w0", "b0", "w1")) {
        assertThat(actual.get(w)).as(w).isEqualTo(expected.get(w));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"VARIABLE", "DOT", "SUM_AXES", "MATMUL"})
  void aFilterReadsTheWeightsThatTheNodeTakes(AlgebraCase expression) {
    AlgebraInModelTest.compare(stored("sgd"), expression, 1e-5);
  }

  @Test
  void aTrainingStepCarriesTheStateOfOptimizerNodes(@TempDir Path folder) throws Exception {
    StepModel stored = stored("adam");
    OnnxRewriter.Result result = stored.rewrite(Ema.of(0.9, 2));
    Map<String, double[]> expected = stored.train(result.model(), 4);
    Path model = Files.write(folder.resolve("m.onnx"), result.model().toByteArray());
    assertThat(OrtEnvironment.getEnvironment().getVersion()).startsWith("1.24");
    try (OnnxTrainingStep step = OnnxTrainingStep.open(model);
        OnnxSession session = new OnnxSession(result.model())) {
      Map<String, double[]> values = StepModel.start(session, result.model());
      for (CarriedValue value : step.carried()) {
        try (OnnxTensor tensor = session.tensor(value.input(), values.get(value.input()))) {
          step.set(value.input(), tensor);
        }
      }
      for (int i = 0; i < 4; i++) {
        StepModel.feedData(values, session, i);
        Map<String, OnnxTensor> data = new LinkedHashMap<>();
        for (String input : step.dataInputs()) {
          data.put(input, session.tensor(input, values.get(input)));
        }
        step.run(data);
        data.values().forEach(OnnxTensor::close);
      }
      assertThat(step.carried()).extracting(CarriedValue::input).contains("w0.t", "w0.v", "w0");
      for (CarriedValue value : step.carried()) {
        assertThat(OnnxSession.values(step.get(value.input())))
            .as(value.input())
            .isEqualTo(expected.get(value.input()));
      }
    }
  }
}
