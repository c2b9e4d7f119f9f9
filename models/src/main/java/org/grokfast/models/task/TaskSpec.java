package org.grokfast.models.task;

import java.util.List;
import java.util.Optional;
import org.grokfast.models.TrainingException;
import org.grokfast.models.data.DownloadListener;

/**
 * All there is to know of a task before its data is read: enough to offer it on a command line, to
 * make it, to compare its runs, and to serve its model. {@code META-INF/services} names the
 * implementations, in the jar that has them; each has a constructor without parameters.
 */
public interface TaskSpec {

  /** The name, which is also that of the command {@code train NAME}: a lower-case word. */
  String name();

  /** What is trained on what, in a sentence or two. */
  String description();

  /** What else its user should know, such as where its data is from, in lines of 80 columns. */
  default List<String> notes() {
    return List.of();
  }

  /**
   * Examples of its use: what follows {@code grokfast train NAME}, in one line or in several with a
   * backslash at the end of each but the last.
   */
  default List<String> examples() {
    return List.of("");
  }

  /** What may be set, in the order of the help. */
  List<Setting<?>> settings();

  /** What its runs are compared by. */
  Metric metric();

  /** The reference's run, with a filter; what the command line does unless told otherwise. */
  TrainingOptions reference();

  /** The reference's run without a filter, which the published speed-ups compare with. */
  TrainingOptions baseline();

  /**
   * The arms that {@code compare} and {@code tune} take where no others are given, as a file of
   * arms in YAML: the keys {@code all}, {@code arms} and {@code baseline}, and below them options
   * of {@code train NAME}.
   */
  default Optional<String> arms() {
    return Optional.empty();
  }

  /** A run of seconds that needs no data. */
  SelfCheck selfCheck();

  /** How its exported model is called. */
  ServingSignature serving();

  /**
   * Reads or makes the data, and with it the task.
   *
   * @param settings values of {@link #settings}
   * @param seed the seed of the run: that of the split and of the initial parameters
   * @param downloads told how downloads go
   * @throws TrainingException if data is missing or wrong
   * @throws IllegalArgumentException if a value is outside its range
   */
  Task create(SettingValues settings, long seed, DownloadListener downloads);

  /**
   * The model of a run.
   *
   * @param settings the settings in the run's checkpoint
   * @throws TrainingException if a setting is missing or no such thing can be
   */
  TaskModel model(SavedSettings settings);
}
