package org.grokfast.models.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.grokfast.filter.Ema;
import org.grokfast.models.TrainingException;
import org.grokfast.models.parity.ParitySpec;
import org.grokfast.models.task.Metric;
import org.grokfast.models.task.SavedSettings;
import org.grokfast.models.task.TaskSpec;
import org.junit.jupiter.api.Test;

/** The list of tasks. */
class TaskRegistryTest {
  @Test
  void everyTaskIsFoundByItsName() {
    for (TaskSpec kind : TaskRegistry.all()) {
      assertThat(TaskRegistry.of(kind.name())).hasSameClassAs(kind);
      assertThat(kind.description()).isNotBlank();
      assertThat(kind.selfCheck().steps()).isLessThan(100);
      assertThat(kind.serving().inputs()).isNotEmpty();
    }
  }

  @Test
  void everyReferenceRunHasAnExponentialAverageAndEveryBaselineNoFilter() {
    for (TaskSpec kind : TaskRegistry.all()) {
      assertThat(kind.reference().filter()).get().isInstanceOf(Ema.class);
      assertThat(kind.baseline().filter()).isEmpty();
    }
  }

  @Test
  void anUnknownNameListsTheTasks() {
    assertThatThrownBy(() -> TaskRegistry.of("chess"))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("unknown task 'chess'; expected one of algorithmic");
  }

  @Test
  void twoTasksOfOneNameAreNamed() {
    assertThatThrownBy(() -> TaskRegistry.checked(List.of(new ParitySpec(), new ParitySpec())))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("two tasks on the class path have the name 'parity': ")
        .hasMessageEndingWith("ParitySpec");
  }

  @Test
  void aSettingThatIsMissingOrNoNumberIsNamed() {
    SavedSettings settings = new SavedSettings(Map.of("prime", "x"));
    assertThatThrownBy(() -> settings.text("operation"))
        .hasMessage("the run's checkpoint does not say its setting operation");
    assertThatThrownBy(() -> settings.integer("prime"))
        .hasMessage("the run's checkpoint has 'x' as its setting prime; expected a number");
  }

  @Test
  void aNumberIsBetterThanNone() {
    assertThat(Metric.ACCURACY.isBetter(0.9, 0.8)).isTrue();
    assertThat(Metric.LOSS.isBetter(0.9, 0.8)).isFalse();
    assertThat(Metric.LOSS.isBetter(0.9, Double.NaN)).isTrue();
    assertThat(Metric.ACCURACY.isBetter(Double.NaN, 0.1)).isFalse();
  }
}
