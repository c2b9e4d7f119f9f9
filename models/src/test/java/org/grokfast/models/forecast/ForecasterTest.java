package org.grokfast.models.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grokfast.models.forecast.ForecastModel.Group;
import org.grokfast.models.forecast.ForecastModel.Member;
import org.grokfast.models.forecast.ForecastModel.Scale;
import org.grokfast.models.forecast.ForecastModel.Time;
import org.junit.jupiter.api.Test;

class ForecasterTest {
  private static final Group FEW = new Group(0, 0.5, 7, 1);
  private static final Group MANY = new Group(0.5, 1, 9, 8);

  /** Standardised values are (x − 1)/2; of the 20 samples the i-th has the bias i − 10. */
  private static Forecaster forecaster() {
    List<Member> members = new ArrayList<>(List.of(new Member(0.5, List.of(1.0))));
    for (int i = 0; i <= 20; i++) {
      members.add(new Member(i - 10, List.of(0.0)));
    }
    return new Forecaster(
        new ForecastModel(
            1,
            400,
            2_000,
            0.95,
            new Calibration("algorithmic", new TreeMap<>(), new TreeMap<>(), List.of("add")),
            List.of(new Scale("loss-level", 1, 2, -4, 6)),
            members,
            new Time(new Member(3, List.of(0.1)), -0.1, 0.2),
            List.of(FEW, MANY)));
  }

  private static Forecast of(double value) {
    return forecaster().of(Map.of("loss-level", value));
  }

  @Test
  void theProbabilityIsTheLogisticFunctionOfTheStandardisedFeatures() {
    assertThat(of(3).probability()).isCloseTo(1 / (1 + Math.exp(-1.5)), within(1e-15));
    assertThat(of(0).probability()).isCloseTo(0.5, within(1e-15));
  }

  @Test
  void theIntervalLeavesOneOfTwentySamplesOutOnEachSide() {
    assertThat(of(1).low()).isCloseTo(1 / (1 + Math.exp(9)), within(1e-15));
    assertThat(of(1).high()).isCloseTo(1 / (1 + Math.exp(-9)), within(1e-15));
  }

  @Test
  void heldOutRunsAreThoseWithSuchAForecast() {
    assertThat(of(-2).heldOut()).contains(FEW);
    assertThat(of(5).heldOut()).contains(MANY);
  }

  @Test
  void aStepIsForecastWhereItIsLikelierToGeneraliseAndWithinTheBudget() {
    assertThat(of(-2).time()).isEmpty();
    Forecast.Time time = of(1).time().orElseThrow();
    assertThat(time.step()).isEqualTo(1_000);
    assertThat(time.low()).isEqualTo((int) Math.round(Math.pow(10, 2.9)));
    assertThat(time.high()).isEqualTo((int) Math.round(Math.pow(10, 3.2)));
    assertThat(of(6).time().orElseThrow().high()).isEqualTo(2_000);
  }

  @Test
  void aFeatureFarFromThoseOfTheFitIsNamed() {
    assertThat(of(-5).probability()).isPositive();
    assertThatThrownBy(() -> of(-5.1))
        .isInstanceOf(NoForecastException.class)
        .hasMessage(
            "no forecast outside the runs that it was made from: the feature loss-level is -5.1,"
                + " far from -4.0 to 6.0");
    assertThatThrownBy(() -> of(Double.NaN)).isInstanceOf(NoForecastException.class);
  }

  @Test
  void theShippedModelKnowsItsFeaturesAndTheirBounds() {
    ForecastModel model = ForecastModel.shipped();
    assertThat(model.members()).hasSizeGreaterThan(40);
    assertThat(model.members())
        .allMatch(member -> member.weights().size() == model.features().size());
    assertThat(model.features()).allMatch(scale -> scale.least() < scale.most());
    assertThat(model.calibration().fixed())
        .containsEntry("optimizer", "adamw")
        .containsEntry("validate-every", "1")
        .containsEntry("full-batch", "yes")
        .containsEntry("filter", "none");
  }
}
