package org.grokfast.models.registry;

import java.util.List;
import java.util.stream.Collectors;
import org.grokfast.models.TrainingException;
import org.grokfast.models.algorithmic.AlgorithmicKind;
import org.grokfast.models.imdb.ImdbKind;
import org.grokfast.models.mnist.MnistKind;
import org.grokfast.models.parity.ParityKind;
import org.grokfast.models.qm9.Qm9Kind;
import org.grokfast.models.task.TaskKind;

/** All tasks by their names. */
public final class TaskRegistry {
  private static final List<TaskKind> ALL =
      List.of(
          new AlgorithmicKind(), new ParityKind(), new MnistKind(), new ImdbKind(), new Qm9Kind());

  private TaskRegistry() {}

  /** All tasks, in the order in which they are listed. */
  public static List<TaskKind> all() {
    return ALL;
  }

  /**
   * The task of a name.
   *
   * @throws TrainingException for a name that no task has
   */
  public static TaskKind of(String name) {
    return ALL.stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TrainingException(
                    "unknown task '"
                        + name
                        + "'; expected one of "
                        + ALL.stream().map(TaskKind::name).collect(Collectors.joining(", "))));
  }
}
