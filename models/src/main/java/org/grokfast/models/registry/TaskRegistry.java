package org.grokfast.models.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.grokfast.models.TrainingException;
import org.grokfast.models.task.TaskSpec;

/** All tasks by their names: those of this module and those of other jars on the class path. */
public final class TaskRegistry {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  private TaskRegistry() {}

  /**
   * All tasks, in the order in which they are listed: that of the class path, and of the names in a
   * jar's {@code META-INF/services}.
   *
   * @throws TrainingException if one can't be loaded, or two have the same name
   */
  public static List<TaskSpec> all() {
    return checked(load());
  }

  private static List<TaskSpec> load() {
    List<TaskSpec> tasks = new ArrayList<>();
    try {
      ServiceLoader.load(TaskSpec.class).forEach(tasks::add);
    } catch (ServiceConfigurationError e) {
      throw new TrainingException("a task on the class path can't be loaded: " + e.getMessage(), e);
    }
    return tasks;
  }

  /** The same tasks, if their names can be told apart. */
  static List<TaskSpec> checked(List<TaskSpec> tasks) {
    for (TaskSpec task : tasks) {
      String by = task.getClass().getName();
      if (!NAME.matcher(task.name()).matches()) {
        throw new TrainingException(
            "the name of a task must be a lower-case word, was '" + task.name() + "' of " + by);
      }
      tasks.stream()
          .filter(other -> other != task && other.name().equals(task.name()))
          .findFirst()
          .ifPresent(
              other -> {
                throw new TrainingException(
                    "two tasks on the class path have the name '"
                        + task.name()
                        + "': "
                        + by
                        + " and "
                        + other.getClass().getName());
              });
    }
    return List.copyOf(tasks);
  }

  /**
   * The task of a name.
   *
   * @throws TrainingException for a name that no task has
   */
  public static TaskSpec of(String name) {
    return all().stream()
        .filter(task -> task.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TrainingException(
                    "unknown task '"
                        + name
                        + "'; expected one of "
                        + all().stream().map(TaskSpec::name).collect(Collectors.joining(", "))));
  }
}
