package org.grokfast.tools.console;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends work well when the process is asked to end (Ctrl-C, SIGTERM): asks the work to stop, and
 * holds the process until it has. Work that doesn't stop is left behind after a while, so that a
 * signal always ends the process.
 */
public final class EndHook implements AutoCloseable {
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Runnable stop;
  private final Thread hook;
  private volatile boolean asked;

  /**
   * Takes effect at once.
   *
   * @param stop asks the work to stop; returns at once
   * @param seconds how long the work may take from there
   * @param late what is done if it has not stopped by then
   */
  public EndHook(Runnable stop, int seconds, Runnable late) {
    this.stop = stop;
    hook = new Thread(() -> end(seconds, late), "stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** What the process is held for. */
  void end(int seconds, Runnable late) {
    asked = true;
    stop.run();
    try {
      if (!ended.await(seconds, TimeUnit.SECONDS)) {
        late.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the process was asked to end. */
  public boolean isAsked() {
    return asked;
  }

  /** The work has ended. */
  @Override
  public void close() {
    ended.countDown();
    if (!asked) {
      remove();
    }
  }

  private void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process has begun to end, and the hook finds the work ended.
      asked = true;
    }
  }
}
