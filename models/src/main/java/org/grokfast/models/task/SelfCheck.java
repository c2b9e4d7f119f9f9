package org.grokfast.models.task;

/**
 * A run of seconds that needs no data: a check that a task works on a machine, not a result.
 *
 * @param settings the task's settings
 * @param batch the number of examples of a step
 * @param steps the number of steps
 * @param validateEvery the number of steps between validations
 */
public record SelfCheck(SettingValues settings, int batch, int steps, int validateEvery) {

  /** A check with the batch and the validation interval of a run. */
  public static SelfCheck of(SettingValues settings, TrainingOptions run, int steps) {
    return new SelfCheck(settings, run.batch(), steps, run.validateEvery());
  }
}
