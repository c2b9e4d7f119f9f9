package org.grokfast.models.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/** Settings of tasks and their values. */
class SettingTest {
  private static final Setting<Integer> SIZE =
      Setting.integer("table-size", "N", 3, "The size").in(Range.of(1, 9));
  private static final Setting<Double> SHARE =
      Setting.real("share", "F", 0.5, "A share").in(Range.between(0, 1));
  private static final Setting<Path> FOLDER = Setting.path("data-dir", "DIR", "The folder", "none");
  private static final Setting<Boolean> QUICK = Setting.flag("quick", "Be quick");

  @Test
  void aValueThatIsNotSetIsTheDefault() {
    SettingValues values = SettingValues.DEFAULTS.with(SIZE, 7);
    assertThat(values.get(SIZE)).isEqualTo(7);
    assertThat(values.get(SHARE)).isEqualTo(0.5);
    assertThat(values.get(QUICK)).isFalse();
    assertThat(values.find(FOLDER)).isEmpty();
    assertThat(values.given()).containsOnlyKeys(SIZE);
    assertThatThrownBy(() -> values.get(FOLDER))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("the setting data-dir has no default");
  }

  @Test
  void aValueOutsideItsRangeIsRefused() {
    assertThat(SettingValues.DEFAULTS.with(SIZE, 1).with(SIZE, 9).get(SIZE)).isEqualTo(9);
    assertThatThrownBy(() -> SettingValues.DEFAULTS.with(SIZE, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("table size must be from 1 to 9, was 10");
    for (double wrong : new double[] {0, 1, Double.NaN}) {
      assertThatThrownBy(() -> SettingValues.DEFAULTS.with(SHARE, wrong))
          .hasMessage("share must be in (0.0, 1.0), was " + wrong);
    }
  }

  @Test
  void aDefaultOutsideTheRangeAndANameThatIsNoneAreRefused() {
    assertThatThrownBy(() -> SIZE.in(Range.of(4, 9)))
        .hasMessage("table size must be from 4 to 9, was 3");
    assertThatThrownBy(() -> Setting.flag("Be quick", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be lower-case words with dashes between them");
    assertThatThrownBy(() -> QUICK.in(Range.of(0, 1)))
        .hasMessage("the setting quick is no number but has a range");
  }

  @Test
  void aSettingWithoutAMeaningBesideAnotherIsRefusedOnlyIfItWasSet() {
    SettingValues.DEFAULTS.refuse(SIZE, SHARE, "which has none");
    assertThatThrownBy(
            () -> SettingValues.DEFAULTS.with(SIZE, 3).refuse(SIZE, SHARE, "which has none"))
        .isInstanceOf(UnusedSettingException.class)
        .hasMessage("table size is not a setting of share 0.5, which has none");
  }
}
