package org.grokfast.models.analysis.response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.grokfast.filter.Ema;
import org.grokfast.filter.MovingAverage;
import org.hipparchus.complex.Complex;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class MeasuredResponseTest {
  private static final double[] FREQUENCIES = {0, 0.003, 0.02, 0.05, 0.11, 0.5, 1.3, Math.PI};

  @Test
  void aWrappedGraphAnswersAsTheFormulaOfTheAverageSays() {
    agree(MeasuredResponse.of(Ema.of(0.9, 2), 1, 200), FrequencyResponse.ema(0.9, 2));
  }

  @Test
  void aWrappedGraphAnswersAsTheFormulaOfTheWindowSays() {
    agree(
        MeasuredResponse.of(MovingAverage.of(20, 5), 20, 60),
        FrequencyResponse.movingAverage(20, 5));
  }

  private static void agree(FrequencyResponse measured, FrequencyResponse formula) {
    for (double omega : FREQUENCIES) {
      Complex difference = measured.at(omega).subtract(formula.at(omega));
      assertThat(difference.norm()).as("at %s", omega).isCloseTo(0, within(1e-3));
    }
  }

  @Test
  void theAverageThatStartsAtTheImpulseIsNotTakenForTheFormula() {
    // Without a step before it the first gradient is the whole average: the gain is 1 + lamb/(1-a).
    assertThatThrownBy(
            () -> agree(MeasuredResponse.of(Ema.of(0.9, 2), 0, 300), FrequencyResponse.ema(0.9, 2)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void anAnswerThatIsCutOffIsRefused() {
    assertThatThrownBy(() -> MeasuredResponse.of(Ema.of(0.99, 2), 1, 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("after 20 steps; measure more steps");
  }
}
