package org.grokfast.tools.runs;

import java.io.IOException;
import java.util.Optional;
import org.grokfast.models.TrainingException;

/**
 * Where runs are made: in processes of this machine, or on a cluster. Many threads make runs at
 * once, one each.
 */
public interface RunEngine extends AutoCloseable {
  /**
   * Makes a run, or continues what its folder holds, and returns when it has ended; its files are
   * in the folder by then. A run that was stopped returns like one that has ended.
   *
   * @param started called when its files begin to appear in the folder, if they do so before it has
   *     ended
   * @return why it failed
   * @throws IOException if this run could not be made; others may be
   * @throws TrainingException if no run can be made any more
   */
  Optional<String> make(PlannedRun run, Runnable started) throws IOException, InterruptedException;

  /**
   * Ends the runs that are under way, where that can be with a checkpoint each. Returns at once.
   */
  void stop();

  /** Ends them at once. */
  void kill();

  /** Leaves what runs were made on. */
  @Override
  void close();
}
