package org.grokfast.tools.compare;

import java.util.List;
import java.util.Map;
import org.grokfast.models.comparison.ArmOptions;
import org.grokfast.models.task.SelfCheck;
import org.grokfast.models.task.Setting;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.models.task.TrainingOptions;

/** The run of seconds of a task as options of {@code train}. */
public final class SelfCheckOptions {
  private SelfCheckOptions() {}

  /** The options that differ from the defaults of {@code train NAME}. */
  public static ArmOptions of(TaskSpec task) {
    SelfCheck check = task.selfCheck();
    TrainingOptions standard = task.reference();
    ArmOptions options = ArmOptions.NONE;
    for (Map.Entry<Setting<?>, Object> setting : check.settings().given().entrySet()) {
      boolean flag = setting.getKey().type() == Boolean.class;
      if (!setting.getValue().equals(false)) {
        String value = flag ? "" : setting.getValue().toString();
        options = options.with(setting.getKey().name(), List.of(value));
      }
    }
    options = with(options, "batch", check.batch(), standard.batch());
    options = with(options, "steps", check.steps(), standard.steps());
    return with(options, "validate-every", check.validateEvery(), standard.validateEvery());
  }

  private static ArmOptions with(ArmOptions options, String name, int value, int standard) {
    return value == standard ? options : options.with(name, List.of(Integer.toString(value)));
  }
}
