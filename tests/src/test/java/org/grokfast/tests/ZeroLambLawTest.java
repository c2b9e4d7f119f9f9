package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.FirstStep;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Orthogonal;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Law 1: with lamb = 0, weights are bit-identical to the unfiltered run. And, so that the law is
 * not kept by doing nothing: with lamb > 0 they differ, in the same way in every form.
 */
@Tag("native")
class ZeroLambLawTest {
  private static final int STEPS = 6;

  private final Map<FrameworkOptimizer, List<List<Integer>>> plain =
      new EnumMap<>(FrameworkOptimizer.class);

  private interface Check {
    void of(FrameworkOptimizer optimizer, GradientFilter filter, Training.Form form);
  }

  private static Stream<DynamicTest> all(List<GradientFilter> filters, Check check) {
    return Stream.of(FrameworkOptimizer.values())
        .flatMap(
            optimizer ->
                Stream.of(Training.Form.values())
                    .flatMap(
                        form ->
                            filters.stream()
                                .map(
                                    filter ->
                                        DynamicTest.dynamicTest(
                                            optimizer + " " + form + " " + filter.kind(),
                                            () -> check.of(optimizer, filter, form)))));
  }

  private List<List<Integer>> plain(FrameworkOptimizer optimizer) {
    return plain.computeIfAbsent(optimizer, kind -> Training.unfiltered(kind).run(STEPS));
  }

  @TestFactory
  Stream<DynamicTest> withoutAmplificationWeightsAreBitIdentical() {
    return all(
        List.of(Ema.of(0.9, 0), MovingAverage.of(3, 0), Orthogonal.of(0.9, 0)),
        (optimizer, filter, form) ->
            assertThat(Training.run(optimizer, filter, form, STEPS)).isEqualTo(plain(optimizer)));
  }

  @TestFactory
  Stream<DynamicTest> soTheyAreForEveryOptionThatTouchesTheArithmetic() {
    FilterOptions options = FilterOptions.builder().compensateLearningRate(true).build();
    FilterOptions ramp = FilterOptions.builder().rampSteps(3).startStep(1).build();
    return Stream.of(
            Ema.of(0.9, 0).withOptions(options),
            Ema.of(0.9, 0).withFirstStep(FirstStep.DEBIAS),
            Ema.of(0.9, 0).withOptions(ramp),
            MovingAverage.of(2, 0).withWarmup(false).withOptions(options))
        .map(
            filter ->
                DynamicTest.dynamicTest(
                    filter.describe(),
                    () ->
                        assertThat(
                                Training.run(
                                    FrameworkOptimizer.MOMENTUM,
                                    filter,
                                    Training.Form.GRAPH_DEF,
                                    STEPS))
                            .isEqualTo(plain(FrameworkOptimizer.MOMENTUM))));
  }

  @TestFactory
  Stream<DynamicTest> withAmplificationWeightsDifferAndAllFormsAgree() {
    return all(
        List.of(Ema.of(0.9, 2), MovingAverage.of(2, 5), Orthogonal.of(0.9, 1)),
        (optimizer, filter, form) -> {
          List<List<Integer>> weights = Training.run(optimizer, filter, form, STEPS);
          assertThat(weights).isNotEqualTo(plain(optimizer));
          assertThat(weights)
              .isEqualTo(Training.run(optimizer, filter, Training.Form.OPTIMIZER, STEPS));
        });
  }
}
