package org.grokfast.tools.console;

import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import org.grokfast.models.training.Progress;
import org.grokfast.models.training.ProgressListener;
import org.grokfast.models.training.files.MetricsRow;

/** Shows how a run goes: a bar on a terminal, now and then a line otherwise. */
public abstract sealed class ProgressDisplay implements ProgressListener, AutoCloseable {
  /** Set by the launcher where standard error is a terminal, which Java can't ask by itself. */
  private static final String TERMINAL = "grokfast.terminal";

  private ProgressDisplay() {}

  /** A display on standard error that suits where it leads. */
  public static ProgressDisplay create(PrintWriter err) {
    return onTerminal() ? new Bar() : new Lines(err);
  }

  /** Whether standard error is a terminal. */
  public static boolean onTerminal() {
    return Boolean.getBoolean(TERMINAL);
  }

  @Override
  public abstract void close();

  /** The accuracies, or the losses of a regression. */
  private static String figures(MetricsRow row) {
    if (Double.isNaN(row.validationAccuracy())) {
      return String.format(
          Locale.ROOT,
          "train loss %9.3g  validation loss %9.3g",
          row.trainLoss(),
          row.validationLoss());
    }
    return String.format(
        Locale.ROOT,
        "train %5.1f %%  validation %5.1f %%",
        100 * row.trainAccuracy(),
        100 * row.validationAccuracy());
  }

  /**
   * The accuracies with how they came about: the whole run so far as two rows of small bars, where
   * the terminal has the characters.
   */
  static final class Curves {
    private static final int WIDTH = 12;

    private final boolean drawn;
    private final Sparkline train = new Sparkline(WIDTH);
    private final Sparkline validation = new Sparkline(WIDTH);
    private MetricsRow latest;
    private String shown = "";

    /**
     * None yet.
     *
     * @param drawn whether the bars can be shown
     */
    Curves(boolean drawn) {
      this.drawn = drawn;
    }

    /** Takes a row, once however often it is given, which it is in every step. */
    String with(MetricsRow row) {
      if (!row.equals(latest)) {
        latest = row;
        train.add(row.trainAccuracy());
        validation.add(row.validationAccuracy());
        shown = text(row);
      }
      return shown;
    }

    private String text(MetricsRow row) {
      if (!drawn || Double.isNaN(row.validationAccuracy())) {
        return figures(row);
      }
      // Figures first: a narrow terminal cuts the end off.
      return figures(row) + "  " + train.text() + " " + validation.text();
    }
  }

  /** A bar with the rate, the accuracies and the time to the last step. */
  private static final class Bar extends ProgressDisplay {
    private final Curves curves = new Curves(Sparkline.isShownIn(StandardError.encoding()));
    private ProgressBar bar;

    @Override
    public void onStep(Progress progress) {
      if (bar == null) {
        bar =
            Bars.of("step", progress.steps())
                .startsFrom(progress.step() - 1L, java.time.Duration.ZERO)
                .showSpeed()
                .build();
      }
      bar.stepTo(progress.step());
      progress.latest().ifPresent(row -> bar.setExtraMessage("  " + curves.with(row)));
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
        bar = null;
      }
    }
  }

  /** A line every hundred steps or so. */
  private static final class Lines extends ProgressDisplay {
    private static final int INTERVAL = 100;
    private final PrintWriter err;
    private int next = INTERVAL;

    Lines(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void onStep(Progress progress) {
      if (progress.step() >= next && progress.latest().isPresent()) {
        err.printf(
            Locale.ROOT,
            "step %d of %d  %s  %.1f steps/s%n",
            progress.step(),
            progress.steps(),
            figures(progress.latest().get()),
            progress.stepsPerSecond());
        err.flush();
        next = (progress.step() / INTERVAL + 1) * INTERVAL;
      }
    }

    @Override
    public void close() {
      err.flush();
    }
  }
}
