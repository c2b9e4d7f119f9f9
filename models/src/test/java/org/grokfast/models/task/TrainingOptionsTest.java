package org.grokfast.models.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.grokfast.models.training.files.Crossing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingOptionsTest {
  private static TrainingOptions options(int steps, int validateEvery, int sustain) {
    return TrainingOptions.builder()
        .steps(steps)
        .validateEvery(validateEvery)
        .sustain(sustain)
        .build();
  }

  /** A run that is above the threshold throughout has a sustained crossing, or none can have. */
  @ParameterizedTest
  @CsvSource({"10, 20, 30", "10, 15, 30", "7, 20, 28", "30, 200, 240", "5, 0, 5", "1, 1, 2"})
  void asManyStepsAreNeededToSustainAsTheBestRunNeeds(int every, int sustain, int needed) {
    for (int steps = 1; steps <= needed + every; steps++) {
      Crossing crossing = Crossing.none(0.95, sustain);
      for (int step = every; step <= steps; step += every) {
        crossing = crossing.observe(step, 1);
      }
      assertThat(crossing.sustained().isPresent()).isEqualTo(steps >= needed);
      assertThat(options(steps, every, sustain).tooShortToSustain().isEmpty())
          .isEqualTo(steps >= needed);
    }
  }
}
