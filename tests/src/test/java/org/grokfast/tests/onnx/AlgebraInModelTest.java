package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.tests.AlgebraCase;
import org.grokfast.tests.AlgebraFilter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every operation of the algebra in ONNX models against the array interpreter. */
@Tag("native")
class AlgebraInModelTest {
  /** Few, as signs and maxima make small differences large. */
  private static final int STEPS = 3;

  @ParameterizedTest
  @EnumSource(AlgebraCase.class)
  void aStepInStandardOperators(AlgebraCase expression) {
    compare(StepModel.stored("momentum_decay"), expression, 1e-5);
  }

  @ParameterizedTest
  @EnumSource(AlgebraCase.class)
  void doublePrecision(AlgebraCase expression) {
    compare(StepModel.stored("float64"), expression, 1e-13);
  }

  @ParameterizedTest
  @ValueSource(strings = {"opset11", "opset12", "opset13", "opset17", "opset18", "opset22"})
  void whatChangedBetweenOperatorSets(String model) {
    for (AlgebraCase expression :
        List.of(
            AlgebraCase.SUM_AXES,
            AlgebraCase.SUM,
            AlgebraCase.NORMALIZED,
            AlgebraCase.MATMUL,
            AlgebraCase.POWER,
            AlgebraCase.MAXIMUM,
            AlgebraCase.DIVIDE_OR_ZERO)) {
      compare(StepModel.stored(model), expression, 1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({"float16, VARIABLE", "float16, DOT", "float16, MATMUL"})
  void narrowParametersAreComputedInFloat32(String model, AlgebraCase expression) {
    compare(StepModel.stored(model), expression, 4e-3);
  }

  @ParameterizedTest
  @EnumSource(names = {"VARIABLE", "DOT", "SUM_AXES", "MATMUL", "DIVIDE_OR_ZERO"})
  void theAlgorithmOfATrainingInfo(AlgebraCase expression) throws URISyntaxException {
    StepModel step =
        StepModel.at(
            Path.of(
                AlgebraInModelTest.class
                    .getResource("/onnx/optimizers/training_info_momentum.onnx")
                    .toURI()));
    StepModel plain =
        new StepModel(
            step.name(),
            new OnnxFile(step.name(), ConcatenatedModel.of(step.model()), Optional.empty()));
    OnnxRewriter.Result result = rewrite(step, expression);
    compare(plain, ConcatenatedModel.of(result.model()), result, 1e-5);
  }

  static OnnxRewriter.Result rewrite(StepModel step, AlgebraCase expression) {
    OnnxRewriter.Result result = step.rewrite(new AlgebraFilter(expression));
    assertThat(OnnxStripper.apply(result.model()).toByteArray())
        .isEqualTo(step.model().toByteArray());
    return result;
  }

  static void compare(StepModel step, AlgebraCase expression, double tolerance) {
    OnnxRewriter.Result result = rewrite(step, expression);
    compare(step, result.model(), result, tolerance);
  }

  private static void compare(
      StepModel step, ModelProto rewritten, OnnxRewriter.Result result, double tolerance) {
    List<PlannedSite> sites = result.report().plan().sites();
    Map<String, double[]> actual = step.train(rewritten, STEPS);
    Map<String, double[]> expected = step.oracle(sites, STEPS);
    for (PlannedSite planned : sites) {
      String variable = planned.site().variable().name();
      assertThat(StepModel.largestDifference(actual.get(variable), expected.get(variable)))
          .as(variable)
          .isLessThan(tolerance);
    }
  }
}
