package org.grokfast.models.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grokfast.models.forecast.Calibration.Range;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static final Calibration CALIBRATION =
      new Calibration(
          "algorithmic",
          new TreeMap<>(Map.of("optimizer", "adamw", "beta1", "0.9")),
          new TreeMap<>(Map.of("learning-rate", new Range(1e-3, 8e-3), "prime", new Range(13, 23))),
          List.of("add", "mul"));

  private static Map<String, String> settings(String... changed) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "operation", "add",
                "optimizer", "adamw",
                "beta1", "0.9",
                "learning-rate", "0.001",
                "prime", "13",
                "seed", "77",
                "threads", "3"));
    for (int i = 0; i < changed.length; i += 2) {
      settings.put(changed[i], changed[i + 1]);
    }
    return settings;
  }

  private static List<String> outside(String... changed) {
    return CALIBRATION.outside("algorithmic", settings(changed));
  }

  @Test
  void aRunLikeThoseOfTheFitIsInsideWhateverItsSeed() {
    assertThat(outside()).isEmpty();
    assertThat(outside("learning-rate", "0.008", "beta1", "0.90", "seed", "0")).isEmpty();
  }

  @Test
  void whatIsOutsideIsNamedWithItsValueAndTheExpectedOnes() {
    assertThat(CALIBRATION.outside("parity", Map.of()))
        .containsExactly("the task is parity, not algorithmic");
    assertThat(outside("operation", "s5")).containsExactly("operation is s5, not one of add, mul");
    assertThat(outside("optimizer", "adam")).containsExactly("optimizer is adam, not adamw");
    assertThat(outside("learning-rate", "0.0081"))
        .containsExactly("learning-rate is 0.0081, not from 0.001 to 0.008");
    assertThat(outside("prime", "97")).containsExactly("prime is 97, not from 13 to 23");
    assertThat(outside("learning-rate", "NaN", "beta1", "0.8")).hasSize(2);
  }

  @Test
  void aSettingThatTheFitDidNotHaveIsOutside() {
    assertThat(outside("schedule", "cosine")).containsExactly("schedule is cosine, not absent");
  }

  @Test
  void aSettingThatIsMissingIsOutside() {
    Map<String, String> settings = settings();
    settings.remove("beta1");
    settings.remove("learning-rate");
    assertThat(CALIBRATION.outside("algorithmic", settings))
        .containsExactly(
            "beta1 is absent, not 0.9", "learning-rate is absent, not from 0.001 to 0.008");
  }

  @Test
  void aBatchIsDescribedByWhetherItHasAllExamples() {
    SortedMap<String, String> settings =
        new TreeMap<>(Map.of("operation", "div", "prime", "13", "train-fraction", "0.5"));
    settings.put("filter", "none(probes=weight-norm)");
    // 13 · 12 equations, half of which are 78.
    settings.put("batch", "78");
    assertThat(Forecaster.describe(settings))
        .containsEntry("full-batch", "yes")
        .containsEntry("filter", "none")
        .doesNotContainKey("batch");
    settings.put("batch", "77");
    settings.put("filter", "ema(alpha=0.98)");
    assertThat(Forecaster.describe(settings))
        .containsEntry("full-batch", "no")
        .containsEntry("filter", "ema(alpha=0.98)");
  }
}
