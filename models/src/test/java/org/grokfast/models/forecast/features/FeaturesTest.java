package org.grokfast.models.forecast.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.grokfast.models.training.files.MetricsRow;
import org.junit.jupiter.api.Test;

class FeaturesTest {
  private static final int STEPS = 400;

  private static double one(int step) {
    return 1;
  }

  /** A run with these training and validation losses, and accuracies, by step from 1 on. */
  private static EarlyRun run(
      IntToDoubleFunction trainLoss,
      IntToDoubleFunction trainAccuracy,
      IntToDoubleFunction validationLoss,
      IntToDoubleFunction validationAccuracy) {
    List<MetricsRow> rows = new ArrayList<>();
    for (int step = 1; step <= STEPS; step++) {
      rows.add(
          new MetricsRow(
              step,
              trainLoss.applyAsDouble(step),
              trainAccuracy.applyAsDouble(step),
              validationLoss.applyAsDouble(step),
              validationAccuracy.applyAsDouble(step),
              1e-3));
    }
    return new EarlyRun(
        rows,
        Map.of(
            "operation",
            "sub",
            "learning-rate",
            "0.001",
            "weight-decay",
            "0.99",
            "train-fraction",
            "0.6",
            "prime",
            "100"));
  }

  private static double of(String feature, IntToDoubleFunction trainLoss) {
    return Features.of(feature)
        .of(run(trainLoss, FeaturesTest::one, FeaturesTest::one, FeaturesTest::one));
  }

  /** A sine of so many cycles over the steps, on a trend that the polynomial takes away. */
  private static IntToDoubleFunction sine(double amplitude, int cycles) {
    return step ->
        3
            - step / 200.0
            + 1e-5 * step * step
            + amplitude * Math.sin(2 * Math.PI * cycles * step / STEPS);
  }

  @Test
  void theActivityOfASineOnATrendIsHalfItsSquaredAmplitude() {
    assertThat(of("loss-activity", sine(0.2, 60))).isCloseTo(Math.log10(0.02), within(2e-3));
    assertThat(of("loss-activity", sine(0.4, 60)) - of("loss-activity", sine(0.2, 60)))
        .isCloseTo(Math.log10(4), within(1e-6));
  }

  @Test
  void theBandsTellASlowSineFromAFastOne() {
    assertThat(of("low-frequency-energy", sine(0.2, 20))).isCloseTo(Math.log10(0.02), within(5e-3));
    assertThat(of("high-frequency-energy", sine(0.2, 20))).isLessThan(-7);
    assertThat(of("low-frequency-energy", sine(0.2, 60))).isLessThan(-4);
    IntToDoubleFunction both = step -> sine(0.1, 20).applyAsDouble(step) + fast(0.4, 60, step);
    assertThat(of("low-frequency-energy", both)).isCloseTo(Math.log10(0.005), within(1e-2));
    assertThat(of("high-frequency-energy", both)).isCloseTo(Math.log10(0.08), within(1e-3));
  }

  private static double fast(double amplitude, int cycles, int step) {
    return amplitude * Math.sin(2 * Math.PI * cycles * step / STEPS);
  }

  @Test
  void theMobilityOfASineIsItsFrequencyAndItsComplexityIsOne() {
    // The first difference of a sine of frequency w has the amplitude 2·sin(w/2).
    double frequency = 2 * Math.PI * 40 / STEPS;
    assertThat(of("loss-mobility", sine(0.3, 40)))
        .isCloseTo(Math.log10(2 * Math.sin(frequency / 2)), within(2e-3));
    assertThat(of("loss-complexity", sine(0.3, 40))).isCloseTo(Math.log10(1), within(2e-3));
  }

  @Test
  void aLossOnItsTrendDoesNotOscillate() {
    assertThat(of("loss-activity", sine(0, 1))).isEqualTo(Math.log10(EarlyRun.LEAST));
  }

  @Test
  void levelsAreMeansOfTheLastTwentyStepsAndTheLastLossIsOneValue() {
    IntToDoubleFunction steps = step -> step <= 380 ? 5 : step % 2 == 0 ? 0.3 : 0.1;
    assertThat(of("loss-level", steps)).isCloseTo(Math.log10(0.2), within(1e-12));
    assertThat(of("last-loss", steps)).isCloseTo(Math.log10(0.3), within(1e-12));
    EarlyRun run =
        run(
            FeaturesTest::one,
            step -> step <= 380 ? 0 : 0.75,
            step -> step <= 380 ? 0 : 100,
            step -> step <= 390 ? 0 : 0.5);
    assertThat(Features.of("train-accuracy").of(run)).isEqualTo(0.75);
    assertThat(Features.of("validation-loss").of(run)).isEqualTo(2);
    assertThat(Features.of("validation-accuracy").of(run)).isEqualTo(0.25);
  }

  @Test
  void aLossOfZeroHasALogarithm() {
    assertThat(of("last-loss", step -> 0)).isEqualTo(-9);
    assertThat(of("loss-slope", step -> 0)).isZero();
  }

  @Test
  void slopesAreThoseOfTheSecondHalf() {
    IntToDoubleFunction bent = step -> step <= 200 ? 7 : Math.pow(10, -0.01 * step);
    assertThat(of("loss-slope", bent)).isCloseTo(-0.01, within(1e-12));
    assertThat(
            Features.of("validation-slope")
                .of(run(FeaturesTest::one, FeaturesTest::one, bent, FeaturesTest::one)))
        .isCloseTo(-0.01, within(1e-12));
  }

  @Test
  void theMemorizedStepIsTheFirstWithNinetyNinePercentOrTheLast() {
    EarlyRun known =
        run(
            FeaturesTest::one,
            step -> step == 100 || step > 200 ? 0.99 : 0.98,
            FeaturesTest::one,
            FeaturesTest::one);
    assertThat(Features.of("memorized-step").of(known)).isEqualTo(2);
    EarlyRun never = run(FeaturesTest::one, step -> 0.98, FeaturesTest::one, FeaturesTest::one);
    assertThat(Features.of("memorized-step").of(never)).isEqualTo(Math.log10(400));
  }

  @Test
  void settingsHaveTheirScales() {
    EarlyRun run = run(FeaturesTest::one, FeaturesTest::one, FeaturesTest::one, FeaturesTest::one);
    assertThat(Features.of("log-learning-rate").of(run)).isEqualTo(-3);
    assertThat(Features.of("log-weight-decay").of(run)).isEqualTo(0);
    assertThat(Features.of("train-fraction").of(run)).isEqualTo(0.6);
    assertThat(Features.of("log-modulus").of(run)).isEqualTo(2);
    assertThat(Features.of("operation-sub").of(run)).isEqualTo(1);
    assertThat(Features.of("operation-add").of(run)).isZero();
  }

  @Test
  void namesAreDistinctAndAnUnknownOneIsNamed() {
    assertThat(Features.ALL).extracting(Feature::name).doesNotHaveDuplicates();
    assertThat(Features.ALL).extracting(Feature::about).doesNotHaveDuplicates();
    assertThatThrownBy(() -> Features.of("luck"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("there is no feature 'luck'; expected one of loss-activity, ");
  }

  @Test
  void aMissingStepIsNotFilledIn() {
    List<MetricsRow> rows =
        new ArrayList<>(
            run(FeaturesTest::one, FeaturesTest::one, FeaturesTest::one, FeaturesTest::one).rows());
    rows.remove(17);
    assertThatThrownBy(() -> new EarlyRun(rows, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a row for step 18, was step 19");
    assertThatThrownBy(() -> new EarlyRun(rows.subList(0, 17), Map.of()))
        .hasMessage("features need at least 40 steps, was given 17");
  }
}
