package org.grokfast.tools.console;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress bars on a terminal. They steer it, and so go past what makes texts safe. */
public final class Bars {
  private Bars() {}

  /**
   * A bar to be given more and built.
   *
   * @param task what goes on
   * @param all how much of it there is
   */
  public static ProgressBarBuilder of(String task, long all) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(all)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(250)
        .setConsumer(new ConsoleProgressBarConsumer(StandardError.raw()));
  }
}
