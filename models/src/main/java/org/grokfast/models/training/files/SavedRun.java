package org.grokfast.models.training.files;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grokfast.models.TrainingException;
import org.grokfast.models.task.TrainingOptions;

/**
 * What is known of a run from its output folder, so that it can be resumed without being told again
 * how it was started.
 *
 * @param task the task's name
 * @param settings the task's settings
 * @param trajectory what the training depends on, as in {@link TrainingOptions#trajectory()}
 * @param arguments what was given as {@link TrainingOptions#arguments()}, by {@link
 *     #ARGUMENT_ORDER}
 * @param step the newest checkpoint's step
 * @param note what the user should know of how far the checkpoint was checked
 */
public record SavedRun(
    String task,
    SortedMap<String, String> settings,
    SortedMap<String, String> trajectory,
    Map<String, String> arguments,
    int step,
    Optional<String> note) {
  /**
   * Keys such as {@code --override 10} by name and number: the uses of an option in their order,
   * which may have a meaning. As text, 10 would come before 2.
   */
  public static final Comparator<String> ARGUMENT_ORDER =
      Comparator.comparing(SavedRun::option)
          .thenComparing(String::length)
          .thenComparing(Comparator.naturalOrder());

  /** Puts the arguments in order, whatever order the file has. */
  public SavedRun {
    SortedMap<String, String> ordered = new TreeMap<>(ARGUMENT_ORDER);
    ordered.putAll(arguments);
    arguments = Collections.unmodifiableMap(ordered);
  }

  /** The option of such a key; empty if it has no number. */
  public static String option(String key) {
    return key.substring(0, Math.max(0, key.indexOf(' ')));
  }

  /**
   * Reads the newest checkpoint of an output folder.
   *
   * @throws TrainingException if there is none or it is damaged
   */
  public static SavedRun read(Path out) {
    Checkpoints.Loaded newest = new Checkpoints(out).newest();
    TrainerState state = newest.state();
    return new SavedRun(
        state.task(),
        state.settings(),
        state.trajectory(),
        state.arguments(),
        state.step(),
        newest.note());
  }
}
