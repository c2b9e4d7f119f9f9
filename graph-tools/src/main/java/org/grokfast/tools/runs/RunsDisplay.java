package org.grokfast.tools.runs;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import org.grokfast.models.comparison.RunOutcome;
import org.grokfast.models.training.files.MetricsRow;
import org.grokfast.tools.console.Bars;
import org.grokfast.tools.console.Printable;
import org.grokfast.tools.console.SafeOutput;

/**
 * Shows how many runs go: a line for every run that ends, and on a terminal a bar over all steps
 * below it with the runs that are under way.
 */
public final class RunsDisplay {
  private final PrintWriter err;
  private final boolean terminal;
  private final List<PlannedRun> underWay = new ArrayList<>();
  private ProgressBar bar;
  private int count;
  private int done;
  private long stepsDone;

  /**
   * A display.
   *
   * @param err where it goes
   * @param terminal whether that is a terminal
   */
  public RunsDisplay(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  synchronized void start(List<PlannedRun> all, List<PlannedRun> finished) {
    count = all.size();
    done = finished.size();
    stepsDone = steps(finished);
    if (done > 0) {
      line(done + " of " + count + " runs are there already");
    }
    if (terminal && done < count) {
      bar = Bars.of("runs", steps(all)).startsFrom(stepsDone, Duration.ZERO).build();
    }
  }

  private static long steps(List<PlannedRun> runs) {
    return runs.stream().mapToLong(run -> run.arm().settings().steps()).sum();
  }

  synchronized void started(PlannedRun run) {
    underWay.add(run);
  }

  /** Brings the bar up to date. */
  synchronized void look() {
    if (bar == null) {
      return;
    }
    long steps = stepsDone;
    List<String> texts = new ArrayList<>();
    for (PlannedRun run : underWay) {
      List<MetricsRow> rows = run.folder().rows();
      if (!rows.isEmpty()) {
        MetricsRow last = rows.get(rows.size() - 1);
        steps += last.step();
        texts.add(run.label() + " " + last.step());
      }
    }
    bar.stepTo(steps);
    String names = texts.isEmpty() ? "" : "; " + String.join(", ", texts);
    bar.setExtraMessage(Printable.text(" " + done + "/" + count + " runs" + names));
  }

  synchronized void ended(PlannedRun run, RunOutcome outcome) {
    underWay.remove(run);
    done++;
    stepsDone += run.arm().settings().steps();
    line("[" + done + "/" + count + "] " + run.label() + ": " + text(outcome));
    look();
  }

  synchronized void end() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
    err.flush();
  }

  private static String text(RunOutcome outcome) {
    Optional<String> failure = outcome.failure();
    if (failure.isPresent()) {
      return "failed at step " + outcome.steps() + ", " + failure.get();
    }
    String crossings =
        Double.isNaN(outcome.bestAccuracy())
            ? String.format(Locale.ROOT, "lowest loss %.4g", outcome.lowestLoss())
            : "first crossing "
                + outcome.crossings().first().text(RunsDisplay::whole)
                + ", sustained "
                + outcome.crossings().sustained().text(RunsDisplay::whole);
    return String.format(
        Locale.ROOT, "%s, %d steps, %.0f s", crossings, outcome.steps(), outcome.seconds());
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  private void line(String text) {
    if (bar == null) {
      err.println(text);
    } else {
      // Over the bar, which is drawn again below.
      SafeOutput.own(err, () -> err.println("\r\u001b[K" + Printable.text(text)));
    }
    err.flush();
  }
}
