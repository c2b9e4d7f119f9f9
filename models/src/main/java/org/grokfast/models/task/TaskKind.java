package org.grokfast.models.task;

import java.util.List;
import org.grokfast.models.TrainingException;

/**
 * What is known of a task before its data is read: enough to offer it on a command line, to compare
 * its runs, and to serve its model.
 */
public interface TaskKind {

  /** The name, which is also that of the command {@code train NAME}. */
  String name();

  /** One line for a list of tasks. */
  String description();

  /** What its runs are compared by. */
  Metric metric();

  /** The reference's run with a filter; its values are the defaults of the command line. */
  TrainingOptions reference();

  /** The reference's run without a filter, which the published speed-ups compare with. */
  TrainingOptions baseline();

  /**
   * The options of {@code train NAME} that make a run of seconds which needs no data: a check that
   * the task works on a machine, not a result.
   */
  List<String> selfCheck();

  /** How its exported model is called. */
  ServingSignature serving();

  /**
   * The model of a run.
   *
   * @param settings the settings in the run's checkpoint
   * @throws TrainingException if a setting is missing or no such thing can be
   */
  TaskModel model(TaskSettings settings);
}
