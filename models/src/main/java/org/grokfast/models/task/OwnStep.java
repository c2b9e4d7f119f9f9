package org.grokfast.models.task;

import java.nio.file.Path;
import java.util.Map;
import org.tensorflow.Operation;
import org.tensorflow.Session;

/**
 * A graph that was loaded with its optimizer, its variables and, if there is one, the filter put
 * into it: what a task trains in place of a model that is built here.
 */
public interface OwnStep extends AutoCloseable {
  /** A session in which the variables have their values; those of a filter are initialized yet. */
  Session session();

  /**
   * Writes all variables, those of the filter included, as a checkpoint.
   *
   * @param prefix the path of its files without their endings
   */
  void save(Path prefix);

  /**
   * Restores such a checkpoint.
   *
   * @throws RuntimeException if it isn't whole
   */
  void restore(Path prefix);

  /** What makes an update. */
  Operation update();

  /** The outputs. What an update reports, loss and accuracy, comes of {@link #update} itself. */
  TaskGraph outputs();

  /** The tensors of what probes measure, by name; empty without. */
  Map<String, String> probes();

  @Override
  void close();
}
