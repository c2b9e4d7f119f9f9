package org.grokfast.models.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.grokfast.filter.Chain;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Perpendicular;
import org.grokfast.filter.Unfiltered;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.probe.ProbeSetting;
import org.junit.jupiter.api.Test;

class ThresholdsTest {
  /** Rounding of a bisection of some 40/η. */
  private static final Offset<Double> ROUNDING = within(1e-6);

  private static final double NONE = filtered(Optional.empty(), 100).orElseThrow();

  private static Optional<Double> filtered(Optional<GradientFilter> filter, int step) {
    TrainingOptions.Builder training = TrainingOptions.builder();
    filter.ifPresent(training::filter);
    Map<Quantity, Double> total = new EnumMap<>(Quantity.class);
    new Thresholds(training.build()).add(step, 1e-3, total);
    return Optional.ofNullable(total.get(Quantity.THRESHOLD_FILTERED));
  }

  private static double at(GradientFilter filter, int step) {
    return filtered(Optional.of(filter), step).orElseThrow();
  }

  private static FilterOptions.Builder options() {
    return FilterOptions.builder();
  }

  @Test
  void probesAloneAreNoFilter() {
    FilterOptions probed = options().probes(ProbeSetting.parse("weight-norm")).build();
    assertThat(at(new Unfiltered(probed), 100)).isEqualTo(NONE);
  }

  @Test
  void aCompensatedGradientIsSmallerByOnePlusLamb() {
    Ema compensated = Ema.of(0.98, 2).withOptions(options().compensateLearningRate(true).build());
    assertThat(at(compensated, 100)).isCloseTo(3 * at(Ema.of(0.98, 2), 100), ROUNDING);
  }

  @Test
  void outsideOfItsScheduleAFilterIsNone() {
    Ema scheduled = Ema.of(0.98, 2).withOptions(options().startStep(10).stopStep(20).build());
    assertThat(at(scheduled, 10)).isEqualTo(NONE);
    assertThat(at(scheduled, 11)).isEqualTo(at(Ema.of(0.98, 2), 11)).isNotEqualTo(NONE);
    assertThat(at(scheduled, 20)).isNotEqualTo(NONE);
    assertThat(at(scheduled, 21)).isEqualTo(NONE);
    GradientFilter chain =
        Chain.of(Ema.of(0.98, 2), Perpendicular.defaults())
            .withOptions(options().stopStep(20).build());
    assertThat(filtered(Optional.of(chain), 20)).isEmpty();
    assertThat(filtered(Optional.of(chain), 21)).contains(NONE);
  }

  @Test
  void onARampLambIsWhatTheUpdateHad() {
    FilterOptions.Builder ramp = options().startStep(10).rampSteps(20);
    Ema ramped = Ema.of(0.9, 2).withOptions(ramp.build());
    assertThat(at(ramped, 11)).isEqualTo(NONE);
    assertThat(at(ramped, 21)).isEqualTo(at(Ema.of(0.9, 1), 21));
    assertThat(at(ramped, 40)).isEqualTo(at(Ema.of(0.9, 2), 40));
    Ema compensated = Ema.of(0.9, 2).withOptions(ramp.compensateLearningRate(true).build());
    assertThat(at(compensated, 21)).isCloseTo(2 * at(ramped, 21), ROUNDING);
  }

  @Test
  void aWindowCountsAsFullAsItIs() {
    MovingAverage waiting = MovingAverage.of(5, 2);
    assertThat(at(waiting, 4)).isEqualTo(NONE);
    assertThat(at(waiting, 5)).isNotEqualTo(NONE);
    assertThat(at(waiting.withWarmup(false), 3))
        .isEqualTo(at(MovingAverage.of(3, 2), 3))
        .isNotEqualTo(at(waiting, 5));
  }

  @Test
  void aFilterOfSomeVariablesHasNoneOfAll() {
    Ema some = Ema.of(0.98, 2).withOptions(options().exclude("bias").build());
    assertThat(filtered(Optional.of(some), 100)).isEmpty();
  }
}
